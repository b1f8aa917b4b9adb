CREATE TABLE "quotas" (
	"key" text PRIMARY KEY NOT NULL,
	"opened_at" timestamp (3) with time zone NOT NULL,
	"used" integer NOT NULL
);
--> statement-breakpoint
ALTER TABLE "audit_events" DROP CONSTRAINT "audit_events_kind";--> statement-breakpoint
DROP INDEX "outbox_by_due";--> statement-breakpoint
ALTER TABLE "authenticators" ADD COLUMN "identity_hash" text;--> statement-breakpoint
ALTER TABLE "outbox" ADD COLUMN "channel" text DEFAULT 'EMAIL' NOT NULL;--> statement-breakpoint
CREATE INDEX "quotas_by_opening" ON "quotas" USING btree ("opened_at");--> statement-breakpoint
CREATE UNIQUE INDEX "authenticators_by_identity" ON "authenticators" USING btree ("identity_hash");--> statement-breakpoint
CREATE INDEX "outbox_by_due" ON "outbox" USING btree ("channel","next_attempt_at","id");--> statement-breakpoint
ALTER TABLE "audit_events" ADD CONSTRAINT "audit_events_kind" CHECK ("audit_events"."kind" in ('ENVIRONMENT_AUTHENTICATED', 'ENVIRONMENT_AUTHENTICATION_FAILED', 'LOGIN_SUCCEEDED', 'LOGIN_FAILED', 'MFA_CHALLENGED', 'MFA_SUCCEEDED', 'MFA_FAILED', 'FACTOR_ENROLLED', 'FACTOR_REMOVED', 'FACTOR_RENAMED', 'CODE_SENT', 'DEVICE_REMEMBERED', 'DEVICE_REVOKED', 'SESSION_REFRESHED', 'SESSION_ENDED', 'REFRESH_TOKEN_REUSED', 'POLICY_CREATED', 'POLICY_UPDATED', 'STRATEGY_SET', 'MFA_CONFIGURATION_SET', 'TENANT_CREATED', 'USER_CREATED', 'USER_JOINED_TENANT', 'USER_VERIFIED', 'USER_UPDATED', 'MFA_BYPASS_SET', 'ENVIRONMENT_UPDATED', 'ACTIVATION_TOKEN_GENERATED', 'USER_ACTIVATED', 'PASSWORD_RESET_REQUESTED', 'PASSWORD_RESET_FAILED', 'PASSWORD_CHANGED', 'TENANT_REQUESTED', 'USER_LOCKED', 'USER_UNLOCKED', 'MFA_RESET', 'LOCKOUT_POLICY_CREATED', 'LOCKOUT_POLICY_UPDATED', 'STEP_UP_REQUIRED', 'SESSION_ELEVATED', 'RECOVERY_USED', 'RECOVERY_FAILED', 'RECOVERY_CODES_GENERATED', 'MESSAGE_GIVEN_UP', 'ENROLLMENT_BEGUN', 'REFRESH_FAILED', 'REQUEST_REFUSED'));--> statement-breakpoint
ALTER TABLE "outbox" ADD CONSTRAINT "outbox_channel" CHECK ("outbox"."channel" in ('EMAIL', 'SMS'));