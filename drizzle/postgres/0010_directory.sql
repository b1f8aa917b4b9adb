DROP INDEX "memberships_by_tenant";--> statement-breakpoint
DROP INDEX "users_by_active_tenant";--> statement-breakpoint
ALTER TABLE "environments" ADD COLUMN "temporary_users" boolean DEFAULT true NOT NULL;--> statement-breakpoint
ALTER TABLE "memberships" ADD COLUMN "pending" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "memberships" ADD COLUMN "disabled" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "memberships" ADD COLUMN "expires_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "memberships" ADD COLUMN "entered_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "tenants" ADD COLUMN "metadata" text DEFAULT '{}' NOT NULL;--> statement-breakpoint
ALTER TABLE "tenants" ADD COLUMN "creator_name" text;--> statement-breakpoint
ALTER TABLE "tenants" ADD COLUMN "creator_email" text;--> statement-breakpoint
ALTER TABLE "tenants" ADD COLUMN "website" text;--> statement-breakpoint
ALTER TABLE "tenants" ADD COLUMN "application_url" text;--> statement-breakpoint
ALTER TABLE "tenants" ADD COLUMN "logo" text;--> statement-breakpoint
ALTER TABLE "tenants" ADD COLUMN "logo_url" text;--> statement-breakpoint
ALTER TABLE "tenants" ADD COLUMN "address" text;--> statement-breakpoint
ALTER TABLE "tenants" ADD COLUMN "timezone" text;--> statement-breakpoint
ALTER TABLE "tenants" ADD COLUMN "date_format" text;--> statement-breakpoint
ALTER TABLE "tenants" ADD COLUMN "time_format" text;--> statement-breakpoint
ALTER TABLE "tenants" ADD COLUMN "currency" text;--> statement-breakpoint
ALTER TABLE "tenants" ADD COLUMN "status" text;--> statement-breakpoint
ALTER TABLE "tenants" ADD COLUMN "alias" text;--> statement-breakpoint
ALTER TABLE "tenants" ADD COLUMN "is_reseller" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "tenants" ADD COLUMN "deleted_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "users" ADD COLUMN "super_user" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "users" ADD COLUMN "invisible" boolean DEFAULT false NOT NULL;--> statement-breakpoint
CREATE INDEX "memberships_by_end" ON "memberships" USING btree ("expires_at") WHERE "memberships"."expires_at" is not null;--> statement-breakpoint
CREATE INDEX "tenants_by_name" ON "tenants" USING btree (lower("name"),"id");--> statement-breakpoint
CREATE INDEX "tenants_by_alias" ON "tenants" USING btree ("alias");--> statement-breakpoint
CREATE INDEX "tenants_being_deleted" ON "tenants" USING btree ("deleted_at") WHERE "tenants"."deleted_at" is not null;--> statement-breakpoint
CREATE INDEX "users_by_name" ON "users" USING btree (lower("name"),"id");--> statement-breakpoint
CREATE INDEX "users_by_verified" ON "users" USING btree ("verified","id");--> statement-breakpoint
CREATE INDEX "users_by_locked" ON "users" USING btree ("locked","id");--> statement-breakpoint
CREATE INDEX "users_by_last_login" ON "users" USING btree ("last_login_at","id");--> statement-breakpoint
CREATE INDEX "users_by_external_id" ON "users" USING btree ("external_id");--> statement-breakpoint
CREATE INDEX "users_by_phone_number" ON "users" USING btree ("phone_number");--> statement-breakpoint
CREATE INDEX "memberships_by_tenant" ON "memberships" USING btree ("tenant_id","created_at");--> statement-breakpoint
CREATE INDEX "users_by_active_tenant" ON "users" USING btree ("active_tenant_id","id");--> statement-breakpoint
UPDATE memberships SET entered_at = (SELECT last_login_at FROM users WHERE users.id = memberships.user_id)
WHERE EXISTS (SELECT 1 FROM users WHERE users.id = memberships.user_id AND users.active_tenant_id = memberships.tenant_id);
