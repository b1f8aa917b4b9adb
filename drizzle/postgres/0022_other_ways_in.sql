CREATE TABLE "api_token_permissions" (
	"api_token_id" text NOT NULL,
	"permission_id" text NOT NULL,
	CONSTRAINT "api_token_permissions_api_token_id_permission_id_pk" PRIMARY KEY("api_token_id","permission_id")
);
--> statement-breakpoint
CREATE TABLE "api_token_refreshes" (
	"token_hash" text PRIMARY KEY NOT NULL,
	"api_token_id" text NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "api_token_roles" (
	"api_token_id" text NOT NULL,
	"role_id" text NOT NULL,
	CONSTRAINT "api_token_roles_api_token_id_role_id_pk" PRIMARY KEY("api_token_id","role_id")
);
--> statement-breakpoint
CREATE TABLE "api_tokens" (
	"id" text PRIMARY KEY NOT NULL,
	"kind" text NOT NULL,
	"tenant_id" text NOT NULL,
	"user_id" text,
	"created_by_user_id" text,
	"secret_digest" text,
	"description" text NOT NULL,
	"metadata" text NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"expires_at" timestamp (3) with time zone,
	"used_at" timestamp (3) with time zone,
	CONSTRAINT "api_tokens_kind" CHECK ("api_tokens"."kind" in ('CLIENT_CREDENTIALS', 'ACCESS_TOKEN'))
);
--> statement-breakpoint
CREATE TABLE "captcha_policies" (
	"slot" text PRIMARY KEY NOT NULL,
	"id" text NOT NULL,
	"enabled" boolean NOT NULL,
	"site_key" text NOT NULL,
	"sealed_secret_key" "bytea" NOT NULL,
	"min_score" jsonb NOT NULL,
	"ignored_emails" jsonb NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "captcha_policies_slot" CHECK ("captcha_policies"."slot" in ('captcha-policy'))
);
--> statement-breakpoint
CREATE TABLE "former_passwords" (
	"id" text PRIMARY KEY NOT NULL,
	"user_id" text NOT NULL,
	"hash" text NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "group_members" (
	"group_id" text NOT NULL,
	"user_id" text NOT NULL,
	"tenant_id" text NOT NULL,
	CONSTRAINT "group_members_group_id_user_id_pk" PRIMARY KEY("group_id","user_id")
);
--> statement-breakpoint
CREATE TABLE "group_roles" (
	"group_id" text NOT NULL,
	"role_id" text NOT NULL,
	CONSTRAINT "group_roles_group_id_role_id_pk" PRIMARY KEY("group_id","role_id")
);
--> statement-breakpoint
CREATE TABLE "groups" (
	"id" text PRIMARY KEY NOT NULL,
	"tenant_id" text NOT NULL,
	"name" text NOT NULL,
	"color" text NOT NULL,
	"description" text NOT NULL,
	"metadata" text NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "invitation_links" (
	"id" text PRIMARY KEY NOT NULL,
	"tenant_id" text NOT NULL,
	"user_id" text,
	"token_hash" text NOT NULL,
	"sealed_token" "bytea" NOT NULL,
	"role_ids" jsonb NOT NULL,
	"by_environment" boolean NOT NULL,
	"notifies_owner" boolean NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "jwt_templates" (
	"id" text PRIMARY KEY NOT NULL,
	"key" text NOT NULL,
	"name" text NOT NULL,
	"description" text,
	"lifetime_seconds" integer NOT NULL,
	"claims" jsonb NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "passkey_ceremonies" (
	"id" text PRIMARY KEY NOT NULL,
	"owner_hash" text NOT NULL,
	"sealed" "bytea" NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "passkeys" (
	"id" text PRIMARY KEY NOT NULL,
	"user_id" text NOT NULL,
	"name" text NOT NULL,
	"device_type" text NOT NULL,
	"sealed_credential" "bytea" NOT NULL,
	"credential_hash" text NOT NULL,
	"sign_count" bigint NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"last_used_at" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE TABLE "password_history_policies" (
	"id" text PRIMARY KEY NOT NULL,
	"owner" text NOT NULL,
	"tenant_id" text,
	"enabled" boolean NOT NULL,
	"history_size" integer NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "password_history_policies_size" CHECK ("password_history_policies"."history_size" between 1 and 10)
);
--> statement-breakpoint
CREATE TABLE "password_policies" (
	"id" text PRIMARY KEY NOT NULL,
	"owner" text NOT NULL,
	"tenant_id" text,
	"allow_passphrases" boolean,
	"min_phrase_length" integer,
	"min_length" integer,
	"max_length" integer,
	"min_optional_tests_to_pass" integer,
	"block_pwned_passwords" boolean,
	"optional_tests" jsonb,
	"required_tests" jsonb,
	"forbidden_words" jsonb,
	"created_at" timestamp (3) with time zone NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "password_policies_min_length" CHECK ("password_policies"."min_length" between 6 and 128),
	CONSTRAINT "password_policies_max_length" CHECK ("password_policies"."max_length" between 6 and 128)
);
--> statement-breakpoint
CREATE TABLE "password_rotations" (
	"id" text PRIMARY KEY NOT NULL,
	"owner" text NOT NULL,
	"tenant_id" text,
	"is_active" boolean NOT NULL,
	"rotation_period_minutes" integer NOT NULL,
	"notification_period_minutes" integer NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "password_rotations_period" CHECK ("password_rotations"."rotation_period_minutes" between 1 and 2628000),
	CONSTRAINT "password_rotations_notification" CHECK ("password_rotations"."notification_period_minutes" between 0 and 2628000)
);
--> statement-breakpoint
CREATE TABLE "session_policies" (
	"id" text PRIMARY KEY NOT NULL,
	"owner" text NOT NULL,
	"tenant_id" text,
	"idle_timeout_enabled" boolean,
	"idle_timeout_seconds" integer,
	"absolute_timeout_enabled" boolean,
	"absolute_timeout_seconds" integer,
	"max_sessions_enabled" boolean,
	"max_sessions" integer,
	"created_at" timestamp (3) with time zone NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "session_policies_idle" CHECK ("session_policies"."idle_timeout_seconds" between 60 and 2073600),
	CONSTRAINT "session_policies_absolute" CHECK ("session_policies"."absolute_timeout_seconds" between 60 and 2147483647),
	CONSTRAINT "session_policies_max_sessions" CHECK ("session_policies"."max_sessions" between 1 and 2147483647)
);
--> statement-breakpoint
ALTER TABLE "audit_events" DROP CONSTRAINT "audit_events_actor_kind";--> statement-breakpoint
ALTER TABLE "challenges" DROP CONSTRAINT "challenges_first_factor";--> statement-breakpoint
ALTER TABLE "sessions" DROP CONSTRAINT "sessions_first_factor";--> statement-breakpoint
DROP INDEX "refresh_tokens_by_session";--> statement-breakpoint
ALTER TABLE "challenges" ADD COLUMN "invitation_link_id" text;--> statement-breakpoint
ALTER TABLE "environments" ADD COLUMN "auth_strategy" text;--> statement-breakpoint
ALTER TABLE "environments" ADD COLUMN "passwordless_lifetime_seconds" integer DEFAULT 300 NOT NULL;--> statement-breakpoint
ALTER TABLE "environments" ADD COLUMN "force_same_device_on_auth" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "environments" ADD COLUMN "add_roles_to_jwt" boolean DEFAULT true NOT NULL;--> statement-breakpoint
ALTER TABLE "environments" ADD COLUMN "add_permissions_to_jwt" boolean DEFAULT true NOT NULL;--> statement-breakpoint
ALTER TABLE "environments" ADD COLUMN "allow_tenant_invitations" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "environments" ADD COLUMN "api_tokens_enabled" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "environments" ADD COLUMN "machine_to_machine_auth_strategy" text DEFAULT 'CLIENT_CREDENTIALS' NOT NULL;--> statement-breakpoint
ALTER TABLE "environments" ADD COLUMN "allow_override_password_complexity" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "environments" ADD COLUMN "allow_override_password_expiration" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "environments" ADD COLUMN "allow_override_enforce_password_history" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "environments" ADD COLUMN "passkeys_enabled" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "environments" ADD COLUMN "jwt_targeting" jsonb;--> statement-breakpoint
ALTER TABLE "environments" ADD COLUMN "groups_enabled" boolean DEFAULT true NOT NULL;--> statement-breakpoint
ALTER TABLE "environments" ADD COLUMN "group_roles_enabled" boolean DEFAULT true NOT NULL;--> statement-breakpoint
ALTER TABLE "environments" ADD COLUMN "activation_strategy" jsonb;--> statement-breakpoint
ALTER TABLE "environments" ADD COLUMN "invitation_strategy" jsonb;--> statement-breakpoint
ALTER TABLE "password_credentials" ADD COLUMN "changed_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "api_token_permissions" ADD CONSTRAINT "api_token_permissions_api_token_id_api_tokens_id_fk" FOREIGN KEY ("api_token_id") REFERENCES "public"."api_tokens"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "api_token_permissions" ADD CONSTRAINT "api_token_permissions_permission_id_permissions_id_fk" FOREIGN KEY ("permission_id") REFERENCES "public"."permissions"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "api_token_refreshes" ADD CONSTRAINT "api_token_refreshes_api_token_id_api_tokens_id_fk" FOREIGN KEY ("api_token_id") REFERENCES "public"."api_tokens"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "api_token_roles" ADD CONSTRAINT "api_token_roles_api_token_id_api_tokens_id_fk" FOREIGN KEY ("api_token_id") REFERENCES "public"."api_tokens"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "api_token_roles" ADD CONSTRAINT "api_token_roles_role_id_roles_id_fk" FOREIGN KEY ("role_id") REFERENCES "public"."roles"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "api_tokens" ADD CONSTRAINT "api_tokens_tenant_id_tenants_id_fk" FOREIGN KEY ("tenant_id") REFERENCES "public"."tenants"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "api_tokens" ADD CONSTRAINT "api_tokens_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "api_tokens" ADD CONSTRAINT "api_tokens_created_by_user_id_users_id_fk" FOREIGN KEY ("created_by_user_id") REFERENCES "public"."users"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "former_passwords" ADD CONSTRAINT "former_passwords_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "group_members" ADD CONSTRAINT "group_members_group_id_groups_id_fk" FOREIGN KEY ("group_id") REFERENCES "public"."groups"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "group_members" ADD CONSTRAINT "group_members_user_id_tenant_id_memberships_user_id_tenant_id_fk" FOREIGN KEY ("user_id","tenant_id") REFERENCES "public"."memberships"("user_id","tenant_id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "group_roles" ADD CONSTRAINT "group_roles_group_id_groups_id_fk" FOREIGN KEY ("group_id") REFERENCES "public"."groups"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "group_roles" ADD CONSTRAINT "group_roles_role_id_roles_id_fk" FOREIGN KEY ("role_id") REFERENCES "public"."roles"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "groups" ADD CONSTRAINT "groups_tenant_id_tenants_id_fk" FOREIGN KEY ("tenant_id") REFERENCES "public"."tenants"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "invitation_links" ADD CONSTRAINT "invitation_links_tenant_id_tenants_id_fk" FOREIGN KEY ("tenant_id") REFERENCES "public"."tenants"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "invitation_links" ADD CONSTRAINT "invitation_links_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "passkeys" ADD CONSTRAINT "passkeys_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "password_history_policies" ADD CONSTRAINT "password_history_policies_tenant_id_tenants_id_fk" FOREIGN KEY ("tenant_id") REFERENCES "public"."tenants"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "password_policies" ADD CONSTRAINT "password_policies_tenant_id_tenants_id_fk" FOREIGN KEY ("tenant_id") REFERENCES "public"."tenants"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "password_rotations" ADD CONSTRAINT "password_rotations_tenant_id_tenants_id_fk" FOREIGN KEY ("tenant_id") REFERENCES "public"."tenants"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "session_policies" ADD CONSTRAINT "session_policies_tenant_id_tenants_id_fk" FOREIGN KEY ("tenant_id") REFERENCES "public"."tenants"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "api_token_permissions_by_permission" ON "api_token_permissions" USING btree ("permission_id");--> statement-breakpoint
CREATE INDEX "api_token_refreshes_by_token" ON "api_token_refreshes" USING btree ("api_token_id","created_at","token_hash");--> statement-breakpoint
CREATE INDEX "api_token_refreshes_by_end" ON "api_token_refreshes" USING btree ("expires_at");--> statement-breakpoint
CREATE INDEX "api_token_roles_by_role" ON "api_token_roles" USING btree ("role_id");--> statement-breakpoint
CREATE INDEX "api_tokens_by_tenant" ON "api_tokens" USING btree ("tenant_id","user_id","kind","created_at","id");--> statement-breakpoint
CREATE INDEX "api_tokens_by_user" ON "api_tokens" USING btree ("user_id","created_at","id");--> statement-breakpoint
CREATE INDEX "api_tokens_by_creator" ON "api_tokens" USING btree ("created_by_user_id");--> statement-breakpoint
CREATE INDEX "api_tokens_by_kind" ON "api_tokens" USING btree ("kind","id");--> statement-breakpoint
CREATE INDEX "api_tokens_by_end" ON "api_tokens" USING btree ("expires_at");--> statement-breakpoint
CREATE INDEX "former_passwords_by_user" ON "former_passwords" USING btree ("user_id","created_at");--> statement-breakpoint
CREATE INDEX "group_members_by_membership" ON "group_members" USING btree ("user_id","tenant_id");--> statement-breakpoint
CREATE INDEX "group_roles_by_role" ON "group_roles" USING btree ("role_id");--> statement-breakpoint
CREATE UNIQUE INDEX "groups_by_name" ON "groups" USING btree ("tenant_id","name");--> statement-breakpoint
CREATE INDEX "groups_by_tenant" ON "groups" USING btree ("tenant_id","created_at","id");--> statement-breakpoint
CREATE INDEX "groups_by_creation" ON "groups" USING btree ("created_at","id");--> statement-breakpoint
CREATE UNIQUE INDEX "invitation_links_by_member" ON "invitation_links" USING btree ("tenant_id","user_id");--> statement-breakpoint
CREATE UNIQUE INDEX "invitation_links_by_token" ON "invitation_links" USING btree ("token_hash");--> statement-breakpoint
CREATE INDEX "invitation_links_by_user" ON "invitation_links" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "invitation_links_by_creation" ON "invitation_links" USING btree ("created_at","id");--> statement-breakpoint
CREATE INDEX "invitation_links_by_end" ON "invitation_links" USING btree ("expires_at");--> statement-breakpoint
CREATE UNIQUE INDEX "jwt_templates_by_key" ON "jwt_templates" USING btree ("key");--> statement-breakpoint
CREATE UNIQUE INDEX "passkey_ceremonies_by_owner" ON "passkey_ceremonies" USING btree ("owner_hash");--> statement-breakpoint
CREATE INDEX "passkey_ceremonies_by_end" ON "passkey_ceremonies" USING btree ("expires_at");--> statement-breakpoint
CREATE INDEX "passkeys_by_user" ON "passkeys" USING btree ("user_id");--> statement-breakpoint
CREATE UNIQUE INDEX "passkeys_by_credential" ON "passkeys" USING btree ("credential_hash");--> statement-breakpoint
CREATE UNIQUE INDEX "password_history_policies_by_owner" ON "password_history_policies" USING btree ("owner");--> statement-breakpoint
CREATE INDEX "password_history_policies_by_tenant" ON "password_history_policies" USING btree ("tenant_id");--> statement-breakpoint
CREATE UNIQUE INDEX "password_policies_by_owner" ON "password_policies" USING btree ("owner");--> statement-breakpoint
CREATE INDEX "password_policies_by_tenant" ON "password_policies" USING btree ("tenant_id");--> statement-breakpoint
CREATE UNIQUE INDEX "password_rotations_by_owner" ON "password_rotations" USING btree ("owner");--> statement-breakpoint
CREATE INDEX "password_rotations_by_tenant" ON "password_rotations" USING btree ("tenant_id");--> statement-breakpoint
CREATE UNIQUE INDEX "session_policies_by_owner" ON "session_policies" USING btree ("owner");--> statement-breakpoint
CREATE INDEX "session_policies_by_tenant" ON "session_policies" USING btree ("tenant_id");--> statement-breakpoint
CREATE INDEX "refresh_tokens_by_session" ON "refresh_tokens" USING btree ("session_id","created_at");--> statement-breakpoint
ALTER TABLE "challenges" ADD CONSTRAINT "challenges_first_factor" CHECK ("challenges"."first_factor" in ('PASSWORD', 'EMAIL_CODE', 'ENTERPRISE_SSO', 'PASSKEY', 'VERIFIED_PASSKEY'));--> statement-breakpoint
ALTER TABLE "sessions" ADD CONSTRAINT "sessions_first_factor" CHECK ("sessions"."first_factor" in ('PASSWORD', 'EMAIL_CODE', 'ENTERPRISE_SSO', 'PASSKEY', 'VERIFIED_PASSKEY'));