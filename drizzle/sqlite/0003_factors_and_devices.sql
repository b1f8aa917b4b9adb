PRAGMA foreign_keys=OFF;--> statement-breakpoint
CREATE TABLE `__new_one_time_codes` (
	`id` text PRIMARY KEY NOT NULL,
	`token_hash` text NOT NULL,
	`owner` text NOT NULL,
	`user_id` text NOT NULL,
	`strategy` text NOT NULL,
	`sealed` blob NOT NULL,
	`created_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE cascade,
	CONSTRAINT "one_time_codes_strategy" CHECK("__new_one_time_codes"."strategy" in ('AUTHENTICATOR_APP', 'WEBAUTHN_PLATFORM', 'WEBAUTHN_CROSS_PLATFORM', 'SMS', 'EMAIL_CODE'))
);
--> statement-breakpoint
INSERT INTO `__new_one_time_codes`("id", "token_hash", "owner", "user_id", "strategy", "sealed", "created_at", "expires_at") SELECT o."id", o."token_hash", 'challenge:' || o."challenge_id", c."user_id", o."strategy", o."sealed", o."created_at", o."expires_at" FROM `one_time_codes` o JOIN `challenges` c ON c."id" = o."challenge_id";--> statement-breakpoint
DROP TABLE `one_time_codes`;--> statement-breakpoint
ALTER TABLE `__new_one_time_codes` RENAME TO `one_time_codes`;--> statement-breakpoint
PRAGMA foreign_keys=ON;--> statement-breakpoint
CREATE UNIQUE INDEX `one_time_codes_by_owner` ON `one_time_codes` (`owner`,`strategy`);--> statement-breakpoint
CREATE UNIQUE INDEX `one_time_codes_by_token` ON `one_time_codes` (`token_hash`);--> statement-breakpoint
CREATE INDEX `one_time_codes_by_user` ON `one_time_codes` (`user_id`);--> statement-breakpoint
CREATE INDEX `one_time_codes_by_end` ON `one_time_codes` (`expires_at`);--> statement-breakpoint
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
	CONSTRAINT "audit_events_kind" CHECK("__new_audit_events"."kind" in ('ENVIRONMENT_AUTHENTICATED', 'ENVIRONMENT_AUTHENTICATION_FAILED', 'LOGIN_SUCCEEDED', 'LOGIN_FAILED', 'MFA_CHALLENGED', 'MFA_SUCCEEDED', 'MFA_FAILED', 'FACTOR_ENROLLED', 'FACTOR_REMOVED', 'FACTOR_RENAMED', 'CODE_SENT', 'DEVICE_REMEMBERED', 'DEVICE_REVOKED', 'SESSION_REFRESHED', 'SESSION_ENDED', 'REFRESH_TOKEN_REUSED', 'POLICY_CREATED', 'POLICY_UPDATED', 'STRATEGY_SET', 'MFA_CONFIGURATION_SET', 'TENANT_CREATED', 'USER_CREATED', 'USER_JOINED_TENANT', 'USER_VERIFIED', 'ENVIRONMENT_UPDATED', 'ACTIVATION_TOKEN_GENERATED', 'USER_ACTIVATED', 'PASSWORD_RESET_REQUESTED', 'PASSWORD_RESET_FAILED', 'PASSWORD_CHANGED', 'TENANT_REQUESTED', 'USER_LOCKED', 'USER_UNLOCKED', 'MFA_RESET', 'LOCKOUT_POLICY_CREATED', 'LOCKOUT_POLICY_UPDATED', 'STEP_UP_REQUIRED', 'SESSION_ELEVATED', 'RECOVERY_USED', 'RECOVERY_FAILED', 'RECOVERY_CODES_GENERATED')),
	CONSTRAINT "audit_events_actor_kind" CHECK("__new_audit_events"."actor_kind" in ('NOBODY', 'USER', 'ENVIRONMENT')),
	CONSTRAINT "audit_events_strategy" CHECK("__new_audit_events"."strategy" in ('AUTHENTICATOR_APP', 'WEBAUTHN_PLATFORM', 'WEBAUTHN_CROSS_PLATFORM', 'SMS', 'EMAIL_CODE'))
);
--> statement-breakpoint
INSERT INTO `__new_audit_events`("id", "at", "kind", "actor_kind", "actor_id", "tenant_id", "user_id", "strategy", "reason", "address", "request_id") SELECT "id", "at", "kind", "actor_kind", "actor_id", "tenant_id", "user_id", "strategy", "reason", "address", "request_id" FROM `audit_events`;--> statement-breakpoint
DROP TABLE `audit_events`;--> statement-breakpoint
ALTER TABLE `__new_audit_events` RENAME TO `audit_events`;--> statement-breakpoint
CREATE INDEX `audit_events_by_time` ON `audit_events` (`at`,`id`);--> statement-breakpoint
CREATE INDEX `audit_events_by_user` ON `audit_events` (`user_id`,`at`,`id`);--> statement-breakpoint
CREATE INDEX `audit_events_by_tenant` ON `audit_events` (`tenant_id`,`at`,`id`);