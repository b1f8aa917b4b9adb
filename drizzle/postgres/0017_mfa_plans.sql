CREATE TABLE "mfa_plans" (
	"id" text PRIMARY KEY NOT NULL,
	"tenant_id" text,
	"document" text NOT NULL,
	"base_revision" text NOT NULL,
	"within_limits" boolean NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL,
	"applied_at" timestamp (3) with time zone
);
--> statement-breakpoint
ALTER TABLE "mfa_plans" ADD CONSTRAINT "mfa_plans_tenant_id_tenants_id_fk" FOREIGN KEY ("tenant_id") REFERENCES "public"."tenants"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "mfa_plans_by_tenant" ON "mfa_plans" USING btree ("tenant_id");--> statement-breakpoint
CREATE INDEX "mfa_plans_by_expiry" ON "mfa_plans" USING btree ("expires_at");