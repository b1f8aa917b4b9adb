CREATE TABLE "audit_events" (
	"id" text PRIMARY KEY NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	"kind" text NOT NULL,
	"actor_kind" text NOT NULL,
	"actor_id" text,
	"tenant_id" text,
	"user_id" text,
	"strategy" text,
	"reason" text,
	"address" text NOT NULL,
	"request_id" text NOT NULL,
	CONSTRAINT "audit_events_kind" CHECK ("audit_events"."kind" in ('ENVIRONMENT_AUTHENTICATED', 'ENVIRONMENT_AUTHENTICATION_FAILED', 'LOGIN_SUCCEEDED', 'LOGIN_FAILED', 'MFA_CHALLENGED', 'MFA_SUCCEEDED', 'MFA_FAILED', 'FACTOR_ENROLLED', 'CODE_SENT', 'DEVICE_REMEMBERED', 'SESSION_REFRESHED', 'SESSION_ENDED', 'REFRESH_TOKEN_REUSED', 'POLICY_CREATED', 'POLICY_UPDATED', 'STRATEGY_SET', 'MFA_CONFIGURATION_SET', 'TENANT_CREATED', 'USER_CREATED', 'USER_JOINED_TENANT', 'USER_VERIFIED')),
	CONSTRAINT "audit_events_actor_kind" CHECK ("audit_events"."actor_kind" in ('NOBODY', 'USER', 'ENVIRONMENT')),
	CONSTRAINT "audit_events_strategy" CHECK ("audit_events"."strategy" in ('AUTHENTICATOR_APP', 'WEBAUTHN_PLATFORM', 'WEBAUTHN_CROSS_PLATFORM', 'SMS', 'EMAIL_CODE'))
);
--> statement-breakpoint
CREATE TABLE "authenticators" (
	"id" text PRIMARY KEY NOT NULL,
	"user_id" text NOT NULL,
	"strategy" text NOT NULL,
	"name" text NOT NULL,
	"sealed_credential" "bytea" NOT NULL,
	"last_step" bigint NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"last_used_at" timestamp (3) with time zone,
	CONSTRAINT "authenticators_strategy" CHECK ("authenticators"."strategy" in ('AUTHENTICATOR_APP', 'WEBAUTHN_PLATFORM', 'WEBAUTHN_CROSS_PLATFORM', 'SMS', 'EMAIL_CODE'))
);
--> statement-breakpoint
CREATE TABLE "budgets" (
	"key" text PRIMARY KEY NOT NULL,
	"t1" timestamp (3) with time zone NOT NULL,
	"t2" timestamp (3) with time zone NOT NULL,
	"t3" timestamp (3) with time zone NOT NULL,
	"t4" timestamp (3) with time zone NOT NULL,
	"t5" timestamp (3) with time zone NOT NULL,
	"consecutive" integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE "challenges" (
	"id" text PRIMARY KEY NOT NULL,
	"token_hash" text NOT NULL,
	"user_id" text NOT NULL,
	"tenant_id" text NOT NULL,
	"purpose" text NOT NULL,
	"first_factor" text NOT NULL,
	"attempts" integer NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL,
	"consumed_at" timestamp (3) with time zone,
	CONSTRAINT "challenges_purpose" CHECK ("challenges"."purpose" in ('LOGIN')),
	CONSTRAINT "challenges_first_factor" CHECK ("challenges"."first_factor" in ('PASSWORD', 'EMAIL_CODE', 'ENTERPRISE_SSO')),
	CONSTRAINT "challenges_attempts" CHECK ("challenges"."attempts" between 0 and 5)
);
--> statement-breakpoint
CREATE TABLE "environments" (
	"slot" text PRIMARY KEY NOT NULL,
	"id" text NOT NULL,
	"name" text NOT NULL,
	"client_id" text NOT NULL,
	"secret_digest" text NOT NULL,
	"access_token_lifetime_seconds" integer NOT NULL,
	"refresh_token_lifetime_seconds" integer NOT NULL,
	"cookie_same_site" text NOT NULL,
	"mfa_authenticator_app" jsonb NOT NULL,
	"mfa_sms" jsonb NOT NULL,
	"mfa_email" jsonb NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "environments_slot" CHECK ("environments"."slot" in ('environment')),
	CONSTRAINT "environments_cookie_same_site" CHECK ("environments"."cookie_same_site" in ('STRICT', 'LAX', 'NONE'))
);
--> statement-breakpoint
CREATE TABLE "memberships" (
	"user_id" text NOT NULL,
	"tenant_id" text NOT NULL,
	"roles" jsonb NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "memberships_user_id_tenant_id_pk" PRIMARY KEY("user_id","tenant_id")
);
--> statement-breakpoint
CREATE TABLE "mfa_policies" (
	"id" text PRIMARY KEY NOT NULL,
	"owner" text NOT NULL,
	"tenant_id" text,
	"enforce_mfa_type" text NOT NULL,
	"allow_remember_my_device" boolean NOT NULL,
	"mfa_device_expiration_seconds" integer NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "mfa_policies_enforce_mfa_type" CHECK ("mfa_policies"."enforce_mfa_type" in ('DONT_FORCE', 'FORCE_EXCEPT_SAML', 'FORCE')),
	CONSTRAINT "mfa_policies_device_expiration" CHECK ("mfa_policies"."mfa_device_expiration_seconds" between 0 and 2147483647)
);
--> statement-breakpoint
CREATE TABLE "one_time_codes" (
	"id" text PRIMARY KEY NOT NULL,
	"token_hash" text NOT NULL,
	"challenge_id" text NOT NULL,
	"strategy" text NOT NULL,
	"sealed" "bytea" NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "one_time_codes_strategy" CHECK ("one_time_codes"."strategy" in ('AUTHENTICATOR_APP', 'WEBAUTHN_PLATFORM', 'WEBAUTHN_CROSS_PLATFORM', 'SMS', 'EMAIL_CODE'))
);
--> statement-breakpoint
CREATE TABLE "outbox" (
	"id" text PRIMARY KEY NOT NULL,
	"sealed" "bytea" NOT NULL,
	"attempts" integer NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"next_attempt_at" timestamp (3) with time zone NOT NULL,
	"sent_at" timestamp (3) with time zone,
	"given_up_at" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE TABLE "password_credentials" (
	"user_id" text PRIMARY KEY NOT NULL,
	"hash" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "pending_enrollments" (
	"id" text PRIMARY KEY NOT NULL,
	"owner" text NOT NULL,
	"user_id" text NOT NULL,
	"strategy" text NOT NULL,
	"sealed" "bytea" NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "pending_enrollments_strategy" CHECK ("pending_enrollments"."strategy" in ('AUTHENTICATOR_APP', 'WEBAUTHN_PLATFORM', 'WEBAUTHN_CROSS_PLATFORM', 'SMS', 'EMAIL_CODE'))
);
--> statement-breakpoint
CREATE TABLE "recovery_codes" (
	"id" text PRIMARY KEY NOT NULL,
	"user_id" text NOT NULL,
	"digest" text NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "refresh_tokens" (
	"token_hash" text PRIMARY KEY NOT NULL,
	"session_id" text NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"superseded_at" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE TABLE "remembered_devices" (
	"id" text PRIMARY KEY NOT NULL,
	"user_id" text NOT NULL,
	"token_hash" text NOT NULL,
	"name" text NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"last_used_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "sessions" (
	"id" text PRIMARY KEY NOT NULL,
	"user_id" text NOT NULL,
	"tenant_id" text NOT NULL,
	"first_factor" text NOT NULL,
	"amr" jsonb NOT NULL,
	"second_factor_at" timestamp (3) with time zone,
	"created_at" timestamp (3) with time zone NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL,
	"ended_at" timestamp (3) with time zone,
	CONSTRAINT "sessions_first_factor" CHECK ("sessions"."first_factor" in ('PASSWORD', 'EMAIL_CODE', 'ENTERPRISE_SSO'))
);
--> statement-breakpoint
CREATE TABLE "signing_keys" (
	"id" text PRIMARY KEY NOT NULL,
	"sealed_private_key" "bytea" NOT NULL,
	"public_jwk" jsonb NOT NULL,
	"first" text,
	"created_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "signing_keys_first_value" CHECK ("signing_keys"."first" in ('first'))
);
--> statement-breakpoint
CREATE TABLE "strategy_settings" (
	"owner" text NOT NULL,
	"tenant_id" text,
	"strategy" text NOT NULL,
	"active" boolean NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "strategy_settings_owner_strategy_pk" PRIMARY KEY("owner","strategy"),
	CONSTRAINT "strategy_settings_strategy" CHECK ("strategy_settings"."strategy" in ('AUTHENTICATOR_APP', 'WEBAUTHN_PLATFORM', 'WEBAUTHN_CROSS_PLATFORM', 'SMS', 'EMAIL_CODE'))
);
--> statement-breakpoint
CREATE TABLE "tenants" (
	"id" text PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "users" (
	"id" text PRIMARY KEY NOT NULL,
	"email" text NOT NULL,
	"email_normalized" text NOT NULL,
	"name" text NOT NULL,
	"profile_picture_url" text,
	"phone_number" text,
	"external_id" text,
	"metadata" text NOT NULL,
	"vendor_metadata" text NOT NULL,
	"verified" boolean NOT NULL,
	"mfa_bypass" boolean NOT NULL,
	"locked" boolean NOT NULL,
	"active_tenant_id" text NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL,
	"last_login_at" timestamp (3) with time zone
);
--> statement-breakpoint
ALTER TABLE "authenticators" ADD CONSTRAINT "authenticators_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "challenges" ADD CONSTRAINT "challenges_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "challenges" ADD CONSTRAINT "challenges_tenant_id_tenants_id_fk" FOREIGN KEY ("tenant_id") REFERENCES "public"."tenants"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "memberships" ADD CONSTRAINT "memberships_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "memberships" ADD CONSTRAINT "memberships_tenant_id_tenants_id_fk" FOREIGN KEY ("tenant_id") REFERENCES "public"."tenants"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "mfa_policies" ADD CONSTRAINT "mfa_policies_tenant_id_tenants_id_fk" FOREIGN KEY ("tenant_id") REFERENCES "public"."tenants"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "one_time_codes" ADD CONSTRAINT "one_time_codes_challenge_id_challenges_id_fk" FOREIGN KEY ("challenge_id") REFERENCES "public"."challenges"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "password_credentials" ADD CONSTRAINT "password_credentials_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "pending_enrollments" ADD CONSTRAINT "pending_enrollments_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "recovery_codes" ADD CONSTRAINT "recovery_codes_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "refresh_tokens" ADD CONSTRAINT "refresh_tokens_session_id_sessions_id_fk" FOREIGN KEY ("session_id") REFERENCES "public"."sessions"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "remembered_devices" ADD CONSTRAINT "remembered_devices_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sessions" ADD CONSTRAINT "sessions_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sessions" ADD CONSTRAINT "sessions_tenant_id_tenants_id_fk" FOREIGN KEY ("tenant_id") REFERENCES "public"."tenants"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "strategy_settings" ADD CONSTRAINT "strategy_settings_tenant_id_tenants_id_fk" FOREIGN KEY ("tenant_id") REFERENCES "public"."tenants"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "users" ADD CONSTRAINT "users_active_tenant_id_tenants_id_fk" FOREIGN KEY ("active_tenant_id") REFERENCES "public"."tenants"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "audit_events_by_time" ON "audit_events" USING btree ("at","id");--> statement-breakpoint
CREATE INDEX "audit_events_by_user" ON "audit_events" USING btree ("user_id","at","id");--> statement-breakpoint
CREATE INDEX "audit_events_by_tenant" ON "audit_events" USING btree ("tenant_id","at","id");--> statement-breakpoint
CREATE INDEX "authenticators_by_user" ON "authenticators" USING btree ("user_id");--> statement-breakpoint
CREATE UNIQUE INDEX "challenges_by_token" ON "challenges" USING btree ("token_hash");--> statement-breakpoint
CREATE INDEX "challenges_by_user" ON "challenges" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "challenges_by_tenant" ON "challenges" USING btree ("tenant_id");--> statement-breakpoint
CREATE INDEX "challenges_by_end" ON "challenges" USING btree ("expires_at");--> statement-breakpoint
CREATE INDEX "memberships_by_tenant" ON "memberships" USING btree ("tenant_id");--> statement-breakpoint
CREATE UNIQUE INDEX "mfa_policies_by_owner" ON "mfa_policies" USING btree ("owner");--> statement-breakpoint
CREATE INDEX "mfa_policies_by_tenant" ON "mfa_policies" USING btree ("tenant_id");--> statement-breakpoint
CREATE UNIQUE INDEX "one_time_codes_by_challenge" ON "one_time_codes" USING btree ("challenge_id","strategy");--> statement-breakpoint
CREATE UNIQUE INDEX "one_time_codes_by_token" ON "one_time_codes" USING btree ("token_hash");--> statement-breakpoint
CREATE INDEX "one_time_codes_by_end" ON "one_time_codes" USING btree ("expires_at");--> statement-breakpoint
CREATE INDEX "outbox_by_due" ON "outbox" USING btree ("next_attempt_at","id");--> statement-breakpoint
CREATE UNIQUE INDEX "pending_enrollments_by_owner" ON "pending_enrollments" USING btree ("owner","strategy");--> statement-breakpoint
CREATE INDEX "pending_enrollments_by_user" ON "pending_enrollments" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "pending_enrollments_by_end" ON "pending_enrollments" USING btree ("expires_at");--> statement-breakpoint
CREATE INDEX "recovery_codes_by_user" ON "recovery_codes" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "refresh_tokens_by_session" ON "refresh_tokens" USING btree ("session_id");--> statement-breakpoint
CREATE UNIQUE INDEX "remembered_devices_by_token" ON "remembered_devices" USING btree ("token_hash");--> statement-breakpoint
CREATE INDEX "remembered_devices_by_user" ON "remembered_devices" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "sessions_by_user" ON "sessions" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "sessions_by_tenant" ON "sessions" USING btree ("tenant_id");--> statement-breakpoint
CREATE INDEX "sessions_by_end" ON "sessions" USING btree ("expires_at");--> statement-breakpoint
CREATE UNIQUE INDEX "signing_keys_first" ON "signing_keys" USING btree ("first");--> statement-breakpoint
CREATE INDEX "strategy_settings_by_tenant" ON "strategy_settings" USING btree ("tenant_id");--> statement-breakpoint
CREATE INDEX "tenants_by_creation" ON "tenants" USING btree ("created_at","id");--> statement-breakpoint
CREATE UNIQUE INDEX "users_by_email" ON "users" USING btree ("email_normalized");--> statement-breakpoint
CREATE INDEX "users_by_creation" ON "users" USING btree ("created_at","id");--> statement-breakpoint
CREATE INDEX "users_by_active_tenant" ON "users" USING btree ("active_tenant_id");