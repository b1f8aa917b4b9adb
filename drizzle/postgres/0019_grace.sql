CREATE TABLE "enforcement_reminders" (
	"schedule_id" text NOT NULL,
	"days_before" integer NOT NULL,
	"after_login_at" timestamp (3) with time zone NOT NULL,
	"after_user_id" text NOT NULL,
	"next_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "enforcement_reminders_schedule_id_days_before_pk" PRIMARY KEY("schedule_id","days_before")
);
--> statement-breakpoint
CREATE TABLE "enforcement_schedules" (
	"id" text PRIMARY KEY NOT NULL,
	"owner" text NOT NULL,
	"tenant_id" text,
	"enforce_mfa_type" text NOT NULL,
	"starts_at" timestamp (3) with time zone NOT NULL,
	"grace_days" integer NOT NULL,
	"remind_days_before" jsonb NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"started_at" timestamp (3) with time zone,
	"cancelled_at" timestamp (3) with time zone,
	CONSTRAINT "enforcement_schedules_grace_days" CHECK ("enforcement_schedules"."grace_days" between 0 and 90)
);
--> statement-breakpoint
CREATE TABLE "mfa_exemptions" (
	"id" text PRIMARY KEY NOT NULL,
	"user_id" text NOT NULL,
	"owner" text NOT NULL,
	"tenant_id" text,
	"reason" text NOT NULL,
	"granted_by" text,
	"created_at" timestamp (3) with time zone NOT NULL,
	"until" timestamp (3) with time zone NOT NULL,
	"ended_at" timestamp (3) with time zone
);
--> statement-breakpoint
ALTER TABLE "mfa_policies" ADD COLUMN "grace_starts_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "mfa_policies" ADD COLUMN "grace_days" integer;--> statement-breakpoint
ALTER TABLE "sessions" ADD COLUMN "mailbox_proven_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "users" ADD COLUMN "first_login_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "users" ADD COLUMN "held_factor_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "users" ADD COLUMN "exempt_until" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "enforcement_reminders" ADD CONSTRAINT "enforcement_reminders_schedule_id_enforcement_schedules_id_fk" FOREIGN KEY ("schedule_id") REFERENCES "public"."enforcement_schedules"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "enforcement_schedules" ADD CONSTRAINT "enforcement_schedules_tenant_id_tenants_id_fk" FOREIGN KEY ("tenant_id") REFERENCES "public"."tenants"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "mfa_exemptions" ADD CONSTRAINT "mfa_exemptions_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "mfa_exemptions" ADD CONSTRAINT "mfa_exemptions_tenant_id_tenants_id_fk" FOREIGN KEY ("tenant_id") REFERENCES "public"."tenants"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "enforcement_reminders_by_time" ON "enforcement_reminders" USING btree ("next_at");--> statement-breakpoint
CREATE UNIQUE INDEX "enforcement_schedules_waiting" ON "enforcement_schedules" USING btree ("owner") WHERE "enforcement_schedules"."started_at" is null and "enforcement_schedules"."cancelled_at" is null;--> statement-breakpoint
CREATE INDEX "enforcement_schedules_by_start" ON "enforcement_schedules" USING btree ("starts_at") WHERE "enforcement_schedules"."started_at" is null and "enforcement_schedules"."cancelled_at" is null;--> statement-breakpoint
CREATE INDEX "enforcement_schedules_by_owner" ON "enforcement_schedules" USING btree ("owner","created_at","id");--> statement-breakpoint
CREATE INDEX "enforcement_schedules_by_tenant" ON "enforcement_schedules" USING btree ("tenant_id");--> statement-breakpoint
CREATE UNIQUE INDEX "mfa_exemptions_lasting" ON "mfa_exemptions" USING btree ("user_id","owner") WHERE "mfa_exemptions"."ended_at" is null;--> statement-breakpoint
CREATE INDEX "mfa_exemptions_by_end" ON "mfa_exemptions" USING btree ("until","id") WHERE "mfa_exemptions"."ended_at" is null;--> statement-breakpoint
CREATE INDEX "mfa_exemptions_by_owner" ON "mfa_exemptions" USING btree ("owner","until","id") WHERE "mfa_exemptions"."ended_at" is null;--> statement-breakpoint
CREATE INDEX "mfa_exemptions_by_tenant" ON "mfa_exemptions" USING btree ("tenant_id");--> statement-breakpoint
CREATE INDEX "mfa_exemptions_by_early_end" ON "mfa_exemptions" USING btree ("ended_at") WHERE "mfa_exemptions"."ended_at" is not null;--> statement-breakpoint
CREATE INDEX "mfa_exemptions_by_user" ON "mfa_exemptions" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "users_by_first_login" ON "users" USING btree ("first_login_at","id") WHERE "users"."first_login_at" is not null;
--> statement-breakpoint
UPDATE users SET first_login_at = created_at WHERE last_login_at IS NOT NULL;--> statement-breakpoint
UPDATE users SET held_factor_at = (SELECT min(f.at) FROM (SELECT a.created_at AS at FROM authenticators a WHERE a.user_id = users.id UNION ALL SELECT e.at FROM audit_events e WHERE e.user_id = users.id AND e.kind IN ('FACTOR_ENROLLED', 'FACTOR_REMOVED')) f);
