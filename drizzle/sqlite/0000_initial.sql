CREATE TABLE `audit_events` (
	`id` text PRIMARY KEY NOT NULL,
	`at` integer NOT NULL,
	`kind` text NOT NULL,
	`actor_kind` text NOT NULL,
	`actor_id` text,
	`tenant_id` text,
	`user_id` text,
	`strategy` text,
	`reason` text,
	`address` text NOT NULL,
	`request_id` text NOT NULL,
	CONSTRAINT "audit_events_kind" CHECK("audit_events"."kind" in ('ENVIRONMENT_AUTHENTICATED', 'ENVIRONMENT_AUTHENTICATION_FAILED', 'LOGIN_SUCCEEDED', 'LOGIN_FAILED', 'MFA_CHALLENGED', 'MFA_SUCCEEDED', 'MFA_FAILED', 'FACTOR_ENROLLED', 'CODE_SENT', 'DEVICE_REMEMBERED', 'SESSION_REFRESHED', 'SESSION_ENDED', 'REFRESH_TOKEN_REUSED', 'POLICY_CREATED', 'POLICY_UPDATED', 'STRATEGY_SET', 'MFA_CONFIGURATION_SET', 'TENANT_CREATED', 'USER_CREATED', 'USER_JOINED_TENANT', 'USER_VERIFIED')),
	CONSTRAINT "audit_events_actor_kind" CHECK("audit_events"."actor_kind" in ('NOBODY', 'USER', 'ENVIRONMENT')),
	CONSTRAINT "audit_events_strategy" CHECK("audit_events"."strategy" in ('AUTHENTICATOR_APP', 'WEBAUTHN_PLATFORM', 'WEBAUTHN_CROSS_PLATFORM', 'SMS', 'EMAIL_CODE'))
);
--> statement-breakpoint
CREATE INDEX `audit_events_by_time` ON `audit_events` (`at`,`id`);--> statement-breakpoint
CREATE INDEX `audit_events_by_user` ON `audit_events` (`user_id`,`at`,`id`);--> statement-breakpoint
CREATE INDEX `audit_events_by_tenant` ON `audit_events` (`tenant_id`,`at`,`id`);--> statement-breakpoint
CREATE TABLE `authenticators` (
	`id` text PRIMARY KEY NOT NULL,
	`user_id` text NOT NULL,
	`strategy` text NOT NULL,
	`name` text NOT NULL,
	`sealed_credential` blob NOT NULL,
	`last_step` integer NOT NULL,
	`created_at` integer NOT NULL,
	`last_used_at` integer,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE cascade,
	CONSTRAINT "authenticators_strategy" CHECK("authenticators"."strategy" in ('AUTHENTICATOR_APP', 'WEBAUTHN_PLATFORM', 'WEBAUTHN_CROSS_PLATFORM', 'SMS', 'EMAIL_CODE'))
);
--> statement-breakpoint
CREATE INDEX `authenticators_by_user` ON `authenticators` (`user_id`);--> statement-breakpoint
CREATE TABLE `budgets` (
	`key` text PRIMARY KEY NOT NULL,
	`t1` integer NOT NULL,
	`t2` integer NOT NULL,
	`t3` integer NOT NULL,
	`t4` integer NOT NULL,
	`t5` integer NOT NULL,
	`consecutive` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `challenges` (
	`id` text PRIMARY KEY NOT NULL,
	`token_hash` text NOT NULL,
	`user_id` text NOT NULL,
	`tenant_id` text NOT NULL,
	`purpose` text NOT NULL,
	`first_factor` text NOT NULL,
	`attempts` integer NOT NULL,
	`created_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	`consumed_at` integer,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`tenant_id`) REFERENCES `tenants`(`id`) ON UPDATE no action ON DELETE cascade,
	CONSTRAINT "challenges_purpose" CHECK("challenges"."purpose" in ('LOGIN')),
	CONSTRAINT "challenges_first_factor" CHECK("challenges"."first_factor" in ('PASSWORD', 'EMAIL_CODE', 'ENTERPRISE_SSO')),
	CONSTRAINT "challenges_attempts" CHECK("challenges"."attempts" between 0 and 5)
);
--> statement-breakpoint
CREATE UNIQUE INDEX `challenges_by_token` ON `challenges` (`token_hash`);--> statement-breakpoint
CREATE INDEX `challenges_by_user` ON `challenges` (`user_id`);--> statement-breakpoint
CREATE INDEX `challenges_by_tenant` ON `challenges` (`tenant_id`);--> statement-breakpoint
CREATE INDEX `challenges_by_end` ON `challenges` (`expires_at`);--> statement-breakpoint
CREATE TABLE `environments` (
	`slot` text PRIMARY KEY NOT NULL,
	`id` text NOT NULL,
	`name` text NOT NULL,
	`client_id` text NOT NULL,
	`secret_digest` text NOT NULL,
	`access_token_lifetime_seconds` integer NOT NULL,
	`refresh_token_lifetime_seconds` integer NOT NULL,
	`cookie_same_site` text NOT NULL,
	`mfa_authenticator_app` text NOT NULL,
	`mfa_sms` text NOT NULL,
	`mfa_email` text NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	CONSTRAINT "environments_slot" CHECK("environments"."slot" in ('environment')),
	CONSTRAINT "environments_cookie_same_site" CHECK("environments"."cookie_same_site" in ('STRICT', 'LAX', 'NONE'))
);
--> statement-breakpoint
CREATE TABLE `memberships` (
	`user_id` text NOT NULL,
	`tenant_id` text NOT NULL,
	`roles` text NOT NULL,
	`created_at` integer NOT NULL,
	PRIMARY KEY(`user_id`, `tenant_id`),
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`tenant_id`) REFERENCES `tenants`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `memberships_by_tenant` ON `memberships` (`tenant_id`);--> statement-breakpoint
CREATE TABLE `mfa_policies` (
	`id` text PRIMARY KEY NOT NULL,
	`owner` text NOT NULL,
	`tenant_id` text,
	`enforce_mfa_type` text NOT NULL,
	`allow_remember_my_device` integer NOT NULL,
	`mfa_device_expiration_seconds` integer NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	FOREIGN KEY (`tenant_id`) REFERENCES `tenants`(`id`) ON UPDATE no action ON DELETE cascade,
	CONSTRAINT "mfa_policies_enforce_mfa_type" CHECK("mfa_policies"."enforce_mfa_type" in ('DONT_FORCE', 'FORCE_EXCEPT_SAML', 'FORCE')),
	CONSTRAINT "mfa_policies_device_expiration" CHECK("mfa_policies"."mfa_device_expiration_seconds" between 0 and 2147483647)
);
--> statement-breakpoint
CREATE UNIQUE INDEX `mfa_policies_by_owner` ON `mfa_policies` (`owner`);--> statement-breakpoint
CREATE INDEX `mfa_policies_by_tenant` ON `mfa_policies` (`tenant_id`);--> statement-breakpoint
CREATE TABLE `one_time_codes` (
	`id` text PRIMARY KEY NOT NULL,
	`token_hash` text NOT NULL,
	`challenge_id` text NOT NULL,
	`strategy` text NOT NULL,
	`sealed` blob NOT NULL,
	`created_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	FOREIGN KEY (`challenge_id`) REFERENCES `challenges`(`id`) ON UPDATE no action ON DELETE cascade,
	CONSTRAINT "one_time_codes_strategy" CHECK("one_time_codes"."strategy" in ('AUTHENTICATOR_APP', 'WEBAUTHN_PLATFORM', 'WEBAUTHN_CROSS_PLATFORM', 'SMS', 'EMAIL_CODE'))
);
--> statement-breakpoint
CREATE UNIQUE INDEX `one_time_codes_by_challenge` ON `one_time_codes` (`challenge_id`,`strategy`);--> statement-breakpoint
CREATE UNIQUE INDEX `one_time_codes_by_token` ON `one_time_codes` (`token_hash`);--> statement-breakpoint
CREATE INDEX `one_time_codes_by_end` ON `one_time_codes` (`expires_at`);--> statement-breakpoint
CREATE TABLE `outbox` (
	`id` text PRIMARY KEY NOT NULL,
	`sealed` blob NOT NULL,
	`attempts` integer NOT NULL,
	`created_at` integer NOT NULL,
	`next_attempt_at` integer NOT NULL,
	`sent_at` integer,
	`given_up_at` integer
);
--> statement-breakpoint
CREATE INDEX `outbox_by_due` ON `outbox` (`next_attempt_at`,`id`);--> statement-breakpoint
CREATE TABLE `password_credentials` (
	`user_id` text PRIMARY KEY NOT NULL,
	`hash` text NOT NULL,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE TABLE `pending_enrollments` (
	`id` text PRIMARY KEY NOT NULL,
	`owner` text NOT NULL,
	`user_id` text NOT NULL,
	`strategy` text NOT NULL,
	`sealed` blob NOT NULL,
	`created_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE cascade,
	CONSTRAINT "pending_enrollments_strategy" CHECK("pending_enrollments"."strategy" in ('AUTHENTICATOR_APP', 'WEBAUTHN_PLATFORM', 'WEBAUTHN_CROSS_PLATFORM', 'SMS', 'EMAIL_CODE'))
);
--> statement-breakpoint
CREATE UNIQUE INDEX `pending_enrollments_by_owner` ON `pending_enrollments` (`owner`,`strategy`);--> statement-breakpoint
CREATE INDEX `pending_enrollments_by_user` ON `pending_enrollments` (`user_id`);--> statement-breakpoint
CREATE INDEX `pending_enrollments_by_end` ON `pending_enrollments` (`expires_at`);--> statement-breakpoint
CREATE TABLE `recovery_codes` (
	`id` text PRIMARY KEY NOT NULL,
	`user_id` text NOT NULL,
	`digest` text NOT NULL,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `recovery_codes_by_user` ON `recovery_codes` (`user_id`);--> statement-breakpoint
CREATE TABLE `refresh_tokens` (
	`token_hash` text PRIMARY KEY NOT NULL,
	`session_id` text NOT NULL,
	`created_at` integer NOT NULL,
	`superseded_at` integer,
	FOREIGN KEY (`session_id`) REFERENCES `sessions`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `refresh_tokens_by_session` ON `refresh_tokens` (`session_id`);--> statement-breakpoint
CREATE TABLE `remembered_devices` (
	`id` text PRIMARY KEY NOT NULL,
	`user_id` text NOT NULL,
	`token_hash` text NOT NULL,
	`name` text NOT NULL,
	`created_at` integer NOT NULL,
	`last_used_at` integer NOT NULL,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE UNIQUE INDEX `remembered_devices_by_token` ON `remembered_devices` (`token_hash`);--> statement-breakpoint
CREATE INDEX `remembered_devices_by_user` ON `remembered_devices` (`user_id`);--> statement-breakpoint
CREATE TABLE `sessions` (
	`id` text PRIMARY KEY NOT NULL,
	`user_id` text NOT NULL,
	`tenant_id` text NOT NULL,
	`first_factor` text NOT NULL,
	`amr` text NOT NULL,
	`second_factor_at` integer,
	`created_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	`ended_at` integer,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`tenant_id`) REFERENCES `tenants`(`id`) ON UPDATE no action ON DELETE cascade,
	CONSTRAINT "sessions_first_factor" CHECK("sessions"."first_factor" in ('PASSWORD', 'EMAIL_CODE', 'ENTERPRISE_SSO'))
);
--> statement-breakpoint
CREATE INDEX `sessions_by_user` ON `sessions` (`user_id`);--> statement-breakpoint
CREATE INDEX `sessions_by_tenant` ON `sessions` (`tenant_id`);--> statement-breakpoint
CREATE INDEX `sessions_by_end` ON `sessions` (`expires_at`);--> statement-breakpoint
CREATE TABLE `signing_keys` (
	`id` text PRIMARY KEY NOT NULL,
	`sealed_private_key` blob NOT NULL,
	`public_jwk` text NOT NULL,
	`first` text,
	`created_at` integer NOT NULL,
	CONSTRAINT "signing_keys_first_value" CHECK("signing_keys"."first" in ('first'))
);
--> statement-breakpoint
CREATE UNIQUE INDEX `signing_keys_first` ON `signing_keys` (`first`);--> statement-breakpoint
CREATE TABLE `strategy_settings` (
	`owner` text NOT NULL,
	`tenant_id` text,
	`strategy` text NOT NULL,
	`active` integer NOT NULL,
	`updated_at` integer NOT NULL,
	PRIMARY KEY(`owner`, `strategy`),
	FOREIGN KEY (`tenant_id`) REFERENCES `tenants`(`id`) ON UPDATE no action ON DELETE cascade,
	CONSTRAINT "strategy_settings_strategy" CHECK("strategy_settings"."strategy" in ('AUTHENTICATOR_APP', 'WEBAUTHN_PLATFORM', 'WEBAUTHN_CROSS_PLATFORM', 'SMS', 'EMAIL_CODE'))
);
--> statement-breakpoint
CREATE INDEX `strategy_settings_by_tenant` ON `strategy_settings` (`tenant_id`);--> statement-breakpoint
CREATE TABLE `tenants` (
	`id` text PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `tenants_by_creation` ON `tenants` (`created_at`,`id`);--> statement-breakpoint
CREATE TABLE `users` (
	`id` text PRIMARY KEY NOT NULL,
	`email` text NOT NULL,
	`email_normalized` text NOT NULL,
	`name` text NOT NULL,
	`profile_picture_url` text,
	`phone_number` text,
	`external_id` text,
	`metadata` text NOT NULL,
	`vendor_metadata` text NOT NULL,
	`verified` integer NOT NULL,
	`mfa_bypass` integer NOT NULL,
	`locked` integer NOT NULL,
	`active_tenant_id` text NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	`last_login_at` integer,
	FOREIGN KEY (`active_tenant_id`) REFERENCES `tenants`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `users_by_email` ON `users` (`email_normalized`);--> statement-breakpoint
CREATE INDEX `users_by_creation` ON `users` (`created_at`,`id`);--> statement-breakpoint
CREATE INDEX `users_by_active_tenant` ON `users` (`active_tenant_id`);