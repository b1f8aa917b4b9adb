CREATE TABLE `api_token_permissions` (
	`api_token_id` text NOT NULL,
	`permission_id` text NOT NULL,
	PRIMARY KEY(`api_token_id`, `permission_id`),
	FOREIGN KEY (`api_token_id`) REFERENCES `api_tokens`(`id`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`permission_id`) REFERENCES `permissions`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `api_token_permissions_by_permission` ON `api_token_permissions` (`permission_id`);--> statement-breakpoint
CREATE TABLE `api_token_refreshes` (
	`token_hash` text PRIMARY KEY NOT NULL,
	`api_token_id` text NOT NULL,
	`created_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	FOREIGN KEY (`api_token_id`) REFERENCES `api_tokens`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `api_token_refreshes_by_token` ON `api_token_refreshes` (`api_token_id`,`created_at`,`token_hash`);--> statement-breakpoint
CREATE INDEX `api_token_refreshes_by_end` ON `api_token_refreshes` (`expires_at`);--> statement-breakpoint
CREATE TABLE `api_token_roles` (
	`api_token_id` text NOT NULL,
	`role_id` text NOT NULL,
	PRIMARY KEY(`api_token_id`, `role_id`),
	FOREIGN KEY (`api_token_id`) REFERENCES `api_tokens`(`id`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`role_id`) REFERENCES `roles`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `api_token_roles_by_role` ON `api_token_roles` (`role_id`);--> statement-breakpoint
CREATE TABLE `api_tokens` (
	`id` text PRIMARY KEY NOT NULL,
	`kind` text NOT NULL,
	`tenant_id` text NOT NULL,
	`user_id` text,
	`created_by_user_id` text,
	`secret_digest` text,
	`description` text NOT NULL,
	`metadata` text NOT NULL,
	`created_at` integer NOT NULL,
	`expires_at` integer,
	`used_at` integer,
	FOREIGN KEY (`tenant_id`) REFERENCES `tenants`(`id`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`created_by_user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE set null,
	CONSTRAINT "api_tokens_kind" CHECK("api_tokens"."kind" in ('CLIENT_CREDENTIALS', 'ACCESS_TOKEN'))
);
--> statement-breakpoint
CREATE INDEX `api_tokens_by_tenant` ON `api_tokens` (`tenant_id`,`user_id`,`kind`,`created_at`,`id`);--> statement-breakpoint
CREATE INDEX `api_tokens_by_user` ON `api_tokens` (`user_id`,`created_at`,`id`);--> statement-breakpoint
CREATE INDEX `api_tokens_by_creator` ON `api_tokens` (`created_by_user_id`);--> statement-breakpoint
CREATE INDEX `api_tokens_by_kind` ON `api_tokens` (`kind`,`id`);--> statement-breakpoint
CREATE INDEX `api_tokens_by_end` ON `api_tokens` (`expires_at`);--> statement-breakpoint
CREATE TABLE `captcha_policies` (
	`slot` text PRIMARY KEY NOT NULL,
	`id` text NOT NULL,
	`enabled` integer NOT NULL,
	`site_key` text NOT NULL,
	`sealed_secret_key` blob NOT NULL,
	`min_score` text NOT NULL,
	`ignored_emails` text NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	CONSTRAINT "captcha_policies_slot" CHECK("captcha_policies"."slot" in ('captcha-policy'))
);
--> statement-breakpoint
CREATE TABLE `former_passwords` (
	`id` text PRIMARY KEY NOT NULL,
	`user_id` text NOT NULL,
	`hash` text NOT NULL,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `former_passwords_by_user` ON `former_passwords` (`user_id`,`created_at`);--> statement-breakpoint
CREATE TABLE `group_members` (
	`group_id` text NOT NULL,
	`user_id` text NOT NULL,
	`tenant_id` text NOT NULL,
	PRIMARY KEY(`group_id`, `user_id`),
	FOREIGN KEY (`group_id`) REFERENCES `groups`(`id`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`user_id`,`tenant_id`) REFERENCES `memberships`(`user_id`,`tenant_id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `group_members_by_membership` ON `group_members` (`user_id`,`tenant_id`);--> statement-breakpoint
CREATE TABLE `group_roles` (
	`group_id` text NOT NULL,
	`role_id` text NOT NULL,
	PRIMARY KEY(`group_id`, `role_id`),
	FOREIGN KEY (`group_id`) REFERENCES `groups`(`id`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`role_id`) REFERENCES `roles`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `group_roles_by_role` ON `group_roles` (`role_id`);--> statement-breakpoint
CREATE TABLE `groups` (
	`id` text PRIMARY KEY NOT NULL,
	`tenant_id` text NOT NULL,
	`name` text NOT NULL,
	`color` text NOT NULL,
	`description` text NOT NULL,
	`metadata` text NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	FOREIGN KEY (`tenant_id`) REFERENCES `tenants`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE UNIQUE INDEX `groups_by_name` ON `groups` (`tenant_id`,`name`);--> statement-breakpoint
CREATE INDEX `groups_by_tenant` ON `groups` (`tenant_id`,`created_at`,`id`);--> statement-breakpoint
CREATE INDEX `groups_by_creation` ON `groups` (`created_at`,`id`);--> statement-breakpoint
CREATE TABLE `invitation_links` (
	`id` text PRIMARY KEY NOT NULL,
	`tenant_id` text NOT NULL,
	`user_id` text,
	`token_hash` text NOT NULL,
	`sealed_token` blob NOT NULL,
	`role_ids` text NOT NULL,
	`by_environment` integer NOT NULL,
	`notifies_owner` integer NOT NULL,
	`created_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	FOREIGN KEY (`tenant_id`) REFERENCES `tenants`(`id`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE UNIQUE INDEX `invitation_links_by_member` ON `invitation_links` (`tenant_id`,`user_id`);--> statement-breakpoint
CREATE UNIQUE INDEX `invitation_links_by_token` ON `invitation_links` (`token_hash`);--> statement-breakpoint
CREATE INDEX `invitation_links_by_user` ON `invitation_links` (`user_id`);--> statement-breakpoint
CREATE INDEX `invitation_links_by_creation` ON `invitation_links` (`created_at`,`id`);--> statement-breakpoint
CREATE INDEX `invitation_links_by_end` ON `invitation_links` (`expires_at`);--> statement-breakpoint
CREATE TABLE `jwt_templates` (
	`id` text PRIMARY KEY NOT NULL,
	`key` text NOT NULL,
	`name` text NOT NULL,
	`description` text,
	`lifetime_seconds` integer NOT NULL,
	`claims` text NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `jwt_templates_by_key` ON `jwt_templates` (`key`);--> statement-breakpoint
CREATE TABLE `passkey_ceremonies` (
	`id` text PRIMARY KEY NOT NULL,
	`owner_hash` text NOT NULL,
	`sealed` blob NOT NULL,
	`created_at` integer NOT NULL,
	`expires_at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `passkey_ceremonies_by_owner` ON `passkey_ceremonies` (`owner_hash`);--> statement-breakpoint
CREATE INDEX `passkey_ceremonies_by_end` ON `passkey_ceremonies` (`expires_at`);--> statement-breakpoint
CREATE TABLE `passkeys` (
	`id` text PRIMARY KEY NOT NULL,
	`user_id` text NOT NULL,
	`name` text NOT NULL,
	`device_type` text NOT NULL,
	`sealed_credential` blob NOT NULL,
	`credential_hash` text NOT NULL,
	`sign_count` integer NOT NULL,
	`created_at` integer NOT NULL,
	`last_used_at` integer,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `passkeys_by_user` ON `passkeys` (`user_id`);--> statement-breakpoint
CREATE UNIQUE INDEX `passkeys_by_credential` ON `passkeys` (`credential_hash`);--> statement-breakpoint
CREATE TABLE `password_history_policies` (
	`id` text PRIMARY KEY NOT NULL,
	`owner` text NOT NULL,
	`tenant_id` text,
	`enabled` integer NOT NULL,
	`history_size` integer NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	FOREIGN KEY (`tenant_id`) REFERENCES `tenants`(`id`) ON UPDATE no action ON DELETE cascade,
	CONSTRAINT "password_history_policies_size" CHECK("password_history_policies"."history_size" between 1 and 10)
);
--> statement-breakpoint
CREATE UNIQUE INDEX `password_history_policies_by_owner` ON `password_history_policies` (`owner`);--> statement-breakpoint
CREATE INDEX `password_history_policies_by_tenant` ON `password_history_policies` (`tenant_id`);--> statement-breakpoint
CREATE TABLE `password_policies` (
	`id` text PRIMARY KEY NOT NULL,
	`owner` text NOT NULL,
	`tenant_id` text,
	`allow_passphrases` integer,
	`min_phrase_length` integer,
	`min_length` integer,
	`max_length` integer,
	`min_optional_tests_to_pass` integer,
	`block_pwned_passwords` integer,
	`optional_tests` text,
	`required_tests` text,
	`forbidden_words` text,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	FOREIGN KEY (`tenant_id`) REFERENCES `tenants`(`id`) ON UPDATE no action ON DELETE cascade,
	CONSTRAINT "password_policies_min_length" CHECK("password_policies"."min_length" between 6 and 128),
	CONSTRAINT "password_policies_max_length" CHECK("password_policies"."max_length" between 6 and 128)
);
--> statement-breakpoint
CREATE UNIQUE INDEX `password_policies_by_owner` ON `password_policies` (`owner`);--> statement-breakpoint
CREATE INDEX `password_policies_by_tenant` ON `password_policies` (`tenant_id`);--> statement-breakpoint
CREATE TABLE `password_rotations` (
	`id` text PRIMARY KEY NOT NULL,
	`owner` text NOT NULL,
	`tenant_id` text,
	`is_active` integer NOT NULL,
	`rotation_period_minutes` integer NOT NULL,
	`notification_period_minutes` integer NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	FOREIGN KEY (`tenant_id`) REFERENCES `tenants`(`id`) ON UPDATE no action ON DELETE cascade,
	CONSTRAINT "password_rotations_period" CHECK("password_rotations"."rotation_period_minutes" between 1 and 2628000),
	CONSTRAINT "password_rotations_notification" CHECK("password_rotations"."notification_period_minutes" between 0 and 2628000)
);
--> statement-breakpoint
CREATE UNIQUE INDEX `password_rotations_by_owner` ON `password_rotations` (`owner`);--> statement-breakpoint
CREATE INDEX `password_rotations_by_tenant` ON `password_rotations` (`tenant_id`);--> statement-breakpoint
CREATE TABLE `session_policies` (
	`id` text PRIMARY KEY NOT NULL,
	`owner` text NOT NULL,
	`tenant_id` text,
	`idle_timeout_enabled` integer,
	`idle_timeout_seconds` integer,
	`absolute_timeout_enabled` integer,
	`absolute_timeout_seconds` integer,
	`max_sessions_enabled` integer,
	`max_sessions` integer,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	FOREIGN KEY (`tenant_id`) REFERENCES `tenants`(`id`) ON UPDATE no action ON DELETE cascade,
	CONSTRAINT "session_policies_idle" CHECK("session_policies"."idle_timeout_seconds" between 60 and 2073600),
	CONSTRAINT "session_policies_absolute" CHECK("session_policies"."absolute_timeout_seconds" between 60 and 2147483647),
	CONSTRAINT "session_policies_max_sessions" CHECK("session_policies"."max_sessions" between 1 and 2147483647)
);
--> statement-breakpoint
CREATE UNIQUE INDEX `session_policies_by_owner` ON `session_policies` (`owner`);--> statement-breakpoint
CREATE INDEX `session_policies_by_tenant` ON `session_policies` (`tenant_id`);--> statement-breakpoint
PRAGMA foreign_keys=OFF;--> statement-breakpoint
CREATE TABLE `__new_audit_events` (
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
	CONSTRAINT "audit_events_strategy" CHECK("__new_audit_events"."strategy" in ('AUTHENTICATOR_APP', 'WEBAUTHN_PLATFORM', 'WEBAUTHN_CROSS_PLATFORM', 'SMS', 'EMAIL_CODE'))
);
--> statement-breakpoint
INSERT INTO `__new_audit_events`("id", "at", "kind", "actor_kind", "actor_id", "tenant_id", "user_id", "strategy", "reason", "address", "request_id") SELECT "id", "at", "kind", "actor_kind", "actor_id", "tenant_id", "user_id", "strategy", "reason", "address", "request_id" FROM `audit_events`;--> statement-breakpoint
DROP TABLE `audit_events`;--> statement-breakpoint
ALTER TABLE `__new_audit_events` RENAME TO `audit_events`;--> statement-breakpoint
PRAGMA foreign_keys=ON;--> statement-breakpoint
CREATE INDEX `audit_events_by_time` ON `audit_events` (`at`,`id`);--> statement-breakpoint
CREATE INDEX `audit_events_by_user` ON `audit_events` (`user_id`,`at`,`id`);--> statement-breakpoint
CREATE INDEX `audit_events_by_tenant` ON `audit_events` (`tenant_id`,`at`,`id`);--> statement-breakpoint
CREATE TABLE `__new_challenges` (
	`id` text PRIMARY KEY NOT NULL,
	`token_hash` text NOT NULL,
	`user_id` text NOT NULL,
	`tenant_id` text NOT NULL,
	`purpose` text NOT NULL,
	`first_factor` text NOT NULL,
	`session_id` text,
	`invitation_link_id` text,
	`attempts` integer NOT NULL,
	`created_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	`consumed_at` integer,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`tenant_id`) REFERENCES `tenants`(`id`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`session_id`) REFERENCES `sessions`(`id`) ON UPDATE no action ON DELETE cascade,
	CONSTRAINT "challenges_purpose" CHECK("__new_challenges"."purpose" in ('LOGIN', 'STEP_UP')),
	CONSTRAINT "challenges_first_factor" CHECK("__new_challenges"."first_factor" in ('PASSWORD', 'EMAIL_CODE', 'ENTERPRISE_SSO', 'PASSKEY', 'VERIFIED_PASSKEY')),
	CONSTRAINT "challenges_attempts" CHECK("__new_challenges"."attempts" between 0 and 5)
);
--> statement-breakpoint
INSERT INTO `__new_challenges`("id", "token_hash", "user_id", "tenant_id", "purpose", "first_factor", "session_id", "attempts", "created_at", "expires_at", "consumed_at") SELECT "id", "token_hash", "user_id", "tenant_id", "purpose", "first_factor", "session_id", "attempts", "created_at", "expires_at", "consumed_at" FROM `challenges`;--> statement-breakpoint
DROP TABLE `challenges`;--> statement-breakpoint
ALTER TABLE `__new_challenges` RENAME TO `challenges`;--> statement-breakpoint
CREATE UNIQUE INDEX `challenges_by_token` ON `challenges` (`token_hash`);--> statement-breakpoint
CREATE INDEX `challenges_by_user` ON `challenges` (`user_id`);--> statement-breakpoint
CREATE INDEX `challenges_by_tenant` ON `challenges` (`tenant_id`);--> statement-breakpoint
CREATE INDEX `challenges_by_session` ON `challenges` (`session_id`);--> statement-breakpoint
CREATE INDEX `challenges_by_end` ON `challenges` (`expires_at`);--> statement-breakpoint
CREATE TABLE `__new_sessions` (
	`id` text PRIMARY KEY NOT NULL,
	`user_id` text NOT NULL,
	`tenant_id` text NOT NULL,
	`requested_tenant_id` text,
	`first_factor` text NOT NULL,
	`amr` text NOT NULL,
	`second_factor_at` integer,
	`mailbox_proven_at` integer,
	`created_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	`ended_at` integer,
	`user_agent` text,
	`address` text,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`tenant_id`) REFERENCES `tenants`(`id`) ON UPDATE no action ON DELETE cascade,
	CONSTRAINT "sessions_first_factor" CHECK("__new_sessions"."first_factor" in ('PASSWORD', 'EMAIL_CODE', 'ENTERPRISE_SSO', 'PASSKEY', 'VERIFIED_PASSKEY'))
);
--> statement-breakpoint
INSERT INTO `__new_sessions`("id", "user_id", "tenant_id", "requested_tenant_id", "first_factor", "amr", "second_factor_at", "mailbox_proven_at", "created_at", "expires_at", "ended_at", "user_agent", "address") SELECT "id", "user_id", "tenant_id", "requested_tenant_id", "first_factor", "amr", "second_factor_at", "mailbox_proven_at", "created_at", "expires_at", "ended_at", "user_agent", "address" FROM `sessions`;--> statement-breakpoint
DROP TABLE `sessions`;--> statement-breakpoint
ALTER TABLE `__new_sessions` RENAME TO `sessions`;--> statement-breakpoint
CREATE INDEX `sessions_by_user` ON `sessions` (`user_id`);--> statement-breakpoint
CREATE INDEX `sessions_by_tenant` ON `sessions` (`tenant_id`);--> statement-breakpoint
CREATE INDEX `sessions_by_end` ON `sessions` (`expires_at`);--> statement-breakpoint
CREATE INDEX `sessions_by_early_end` ON `sessions` (`ended_at`);--> statement-breakpoint
DROP INDEX `refresh_tokens_by_session`;--> statement-breakpoint
CREATE INDEX `refresh_tokens_by_session` ON `refresh_tokens` (`session_id`,`created_at`);--> statement-breakpoint
ALTER TABLE `environments` ADD `auth_strategy` text;--> statement-breakpoint
ALTER TABLE `environments` ADD `passwordless_lifetime_seconds` integer DEFAULT 300 NOT NULL;--> statement-breakpoint
ALTER TABLE `environments` ADD `force_same_device_on_auth` integer DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE `environments` ADD `add_roles_to_jwt` integer DEFAULT true NOT NULL;--> statement-breakpoint
ALTER TABLE `environments` ADD `add_permissions_to_jwt` integer DEFAULT true NOT NULL;--> statement-breakpoint
ALTER TABLE `environments` ADD `allow_tenant_invitations` integer DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE `environments` ADD `api_tokens_enabled` integer DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE `environments` ADD `machine_to_machine_auth_strategy` text DEFAULT 'CLIENT_CREDENTIALS' NOT NULL;--> statement-breakpoint
ALTER TABLE `environments` ADD `allow_override_password_complexity` integer DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE `environments` ADD `allow_override_password_expiration` integer DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE `environments` ADD `allow_override_enforce_password_history` integer DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE `environments` ADD `passkeys_enabled` integer DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE `environments` ADD `jwt_targeting` text;--> statement-breakpoint
ALTER TABLE `environments` ADD `groups_enabled` integer DEFAULT true NOT NULL;--> statement-breakpoint
ALTER TABLE `environments` ADD `group_roles_enabled` integer DEFAULT true NOT NULL;--> statement-breakpoint
ALTER TABLE `environments` ADD `activation_strategy` text;--> statement-breakpoint
ALTER TABLE `environments` ADD `invitation_strategy` text;--> statement-breakpoint
ALTER TABLE `password_credentials` ADD `changed_at` integer;