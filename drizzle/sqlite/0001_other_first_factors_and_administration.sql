CREATE TABLE `lockout_policies` (
	`id` text PRIMARY KEY NOT NULL,
	`owner` text NOT NULL,
	`tenant_id` text,
	`enabled` integer NOT NULL,
	`max_attempts` integer NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	FOREIGN KEY (`tenant_id`) REFERENCES `tenants`(`id`) ON UPDATE no action ON DELETE cascade,
	CONSTRAINT "lockout_policies_max_attempts" CHECK("lockout_policies"."max_attempts" between 1 and 2147483647)
);
--> statement-breakpoint
CREATE UNIQUE INDEX `lockout_policies_by_owner` ON `lockout_policies` (`owner`);--> statement-breakpoint
CREATE INDEX `lockout_policies_by_tenant` ON `lockout_policies` (`tenant_id`);--> statement-breakpoint
CREATE TABLE `password_failures` (
	`user_id` text PRIMARY KEY NOT NULL,
	`count` integer NOT NULL,
	`last_at` integer NOT NULL,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE TABLE `user_tokens` (
	`id` text PRIMARY KEY NOT NULL,
	`purpose` text NOT NULL,
	`subject` text NOT NULL,
	`user_id` text,
	`token_hash` text NOT NULL,
	`code_digest` text,
	`attempts` integer NOT NULL,
	`created_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE cascade,
	CONSTRAINT "user_tokens_purpose" CHECK("user_tokens"."purpose" in ('ACTIVATION', 'LOGIN_CODE', 'PASSWORD_RESET')),
	CONSTRAINT "user_tokens_attempts" CHECK("user_tokens"."attempts" between 0 and 5)
);
--> statement-breakpoint
CREATE UNIQUE INDEX `user_tokens_by_subject` ON `user_tokens` (`subject`,`purpose`);--> statement-breakpoint
CREATE UNIQUE INDEX `user_tokens_by_token` ON `user_tokens` (`token_hash`);--> statement-breakpoint
CREATE INDEX `user_tokens_by_user` ON `user_tokens` (`user_id`);--> statement-breakpoint
CREATE INDEX `user_tokens_by_end` ON `user_tokens` (`expires_at`);--> statement-breakpoint
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
	CONSTRAINT "audit_events_kind" CHECK("__new_audit_events"."kind" in ('ENVIRONMENT_AUTHENTICATED', 'ENVIRONMENT_AUTHENTICATION_FAILED', 'LOGIN_SUCCEEDED', 'LOGIN_FAILED', 'MFA_CHALLENGED', 'MFA_SUCCEEDED', 'MFA_FAILED', 'FACTOR_ENROLLED', 'CODE_SENT', 'DEVICE_REMEMBERED', 'SESSION_REFRESHED', 'SESSION_ENDED', 'REFRESH_TOKEN_REUSED', 'POLICY_CREATED', 'POLICY_UPDATED', 'STRATEGY_SET', 'MFA_CONFIGURATION_SET', 'TENANT_CREATED', 'USER_CREATED', 'USER_JOINED_TENANT', 'USER_VERIFIED', 'ENVIRONMENT_UPDATED', 'ACTIVATION_TOKEN_GENERATED', 'USER_ACTIVATED', 'PASSWORD_RESET_REQUESTED', 'PASSWORD_RESET_FAILED', 'PASSWORD_CHANGED', 'TENANT_REQUESTED', 'USER_LOCKED', 'USER_UNLOCKED', 'MFA_RESET', 'LOCKOUT_POLICY_CREATED', 'LOCKOUT_POLICY_UPDATED')),
	CONSTRAINT "audit_events_actor_kind" CHECK("__new_audit_events"."actor_kind" in ('NOBODY', 'USER', 'ENVIRONMENT')),
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
ALTER TABLE `environments` ADD `email_code_login` integer DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE `sessions` ADD `requested_tenant_id` text;