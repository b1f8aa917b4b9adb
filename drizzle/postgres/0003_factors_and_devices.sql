ALTER TABLE "audit_events" DROP CONSTRAINT "audit_events_kind";--> statement-breakpoint
ALTER TABLE "one_time_codes" DROP CONSTRAINT "one_time_codes_challenge_id_challenges_id_fk";
--> statement-breakpoint
DROP INDEX "one_time_codes_by_challenge";--> statement-breakpoint
ALTER TABLE "one_time_codes" ADD COLUMN "owner" text;--> statement-breakpoint
ALTER TABLE "one_time_codes" ADD COLUMN "user_id" text;--> statement-breakpoint
UPDATE "one_time_codes" SET "owner" = 'challenge:' || "challenge_id", "user_id" = (SELECT c."user_id" FROM "challenges" c WHERE c."id" = "challenge_id");--> statement-breakpoint
ALTER TABLE "one_time_codes" ALTER COLUMN "owner" SET NOT NULL;--> statement-breakpoint
ALTER TABLE "one_time_codes" ALTER COLUMN "user_id" SET NOT NULL;--> statement-breakpoint
ALTER TABLE "one_time_codes" ADD CONSTRAINT "one_time_codes_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "one_time_codes_by_owner" ON "one_time_codes" USING btree ("owner","strategy");--> statement-breakpoint
CREATE INDEX "one_time_codes_by_user" ON "one_time_codes" USING btree ("user_id");--> statement-breakpoint
ALTER TABLE "one_time_codes" DROP COLUMN "challenge_id";--> statement-breakpoint
ALTER TABLE "audit_events" ADD CONSTRAINT "audit_events_kind" CHECK ("audit_events"."kind" in ('ENVIRONMENT_AUTHENTICATED', 'ENVIRONMENT_AUTHENTICATION_FAILED', 'LOGIN_SUCCEEDED', 'LOGIN_FAILED', 'MFA_CHALLENGED', 'MFA_SUCCEEDED', 'MFA_FAILED', 'FACTOR_ENROLLED', 'FACTOR_REMOVED', 'FACTOR_RENAMED', 'CODE_SENT', 'DEVICE_REMEMBERED', 'DEVICE_REVOKED', 'SESSION_REFRESHED', 'SESSION_ENDED', 'REFRESH_TOKEN_REUSED', 'POLICY_CREATED', 'POLICY_UPDATED', 'STRATEGY_SET', 'MFA_CONFIGURATION_SET', 'TENANT_CREATED', 'USER_CREATED', 'USER_JOINED_TENANT', 'USER_VERIFIED', 'ENVIRONMENT_UPDATED', 'ACTIVATION_TOKEN_GENERATED', 'USER_ACTIVATED', 'PASSWORD_RESET_REQUESTED', 'PASSWORD_RESET_FAILED', 'PASSWORD_CHANGED', 'TENANT_REQUESTED', 'USER_LOCKED', 'USER_UNLOCKED', 'MFA_RESET', 'LOCKOUT_POLICY_CREATED', 'LOCKOUT_POLICY_UPDATED', 'STEP_UP_REQUIRED', 'SESSION_ELEVATED', 'RECOVERY_USED', 'RECOVERY_FAILED', 'RECOVERY_CODES_GENERATED'));