CREATE TABLE `quotas` (
	`key` text PRIMARY KEY NOT NULL,
	`opened_at` integer NOT NULL,
	`used` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `quotas_by_opening` ON `quotas` (`opened_at`);--> statement-breakpoint
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
	CONSTRAINT "audit_events_kind" CHECK("__new_audit_events"."kind" in ('ENVIRONMENT_AUTHENTICATED', 'ENVIRONMENT_AUTHENTICATION_FAILED', 'LOGIN_SUCCEEDED', 'LOGIN_FAILED', 'MFA_CHALLENGED', 'MFA_SUCCEEDED', 'MFA_FAILED', 'FACTOR_ENROLLED', 'FACTOR_REMOVED', 'FACTOR_RENAMED', 'CODE_SENT', 'DEVICE_REMEMBERED', 'DEVICE_REVOKED', 'SESSION_REFRESHED', 'SESSION_ENDED', 'REFRESH_TOKEN_REUSED', 'POLICY_CREATED', 'POLICY_UPDATED', 'STRATEGY_SET', 'MFA_CONFIGURATION_SET', 'TENANT_CREATED', 'USER_CREATED', 'USER_JOINED_TENANT', 'USER_VERIFIED', 'USER_UPDATED', 'MFA_BYPASS_SET', 'ENVIRONMENT_UPDATED', 'ACTIVATION_TOKEN_GENERATED', 'USER_ACTIVATED', 'PASSWORD_RESET_REQUESTED', 'PASSWORD_RESET_FAILED', 'PASSWORD_CHANGED', 'TENANT_REQUESTED', 'USER_LOCKED', 'USER_UNLOCKED', 'MFA_RESET', 'LOCKOUT_POLICY_CREATED', 'LOCKOUT_POLICY_UPDATED', 'STEP_UP_REQUIRED', 'SESSION_ELEVATED', 'RECOVERY_USED', 'RECOVERY_FAILED', 'RECOVERY_CODES_GENERATED', 'MESSAGE_GIVEN_UP', 'ENROLLMENT_BEGUN', 'REFRESH_FAILED', 'REQUEST_REFUSED')),
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
CREATE TABLE `__new_outbox` (
	`id` text PRIMARY KEY NOT NULL,
	`channel` text DEFAULT 'EMAIL' NOT NULL,
	`sealed` blob NOT NULL,
	`attempts` integer NOT NULL,
	`created_at` integer NOT NULL,
	`next_attempt_at` integer NOT NULL,
	`sent_at` integer,
	`given_up_at` integer,
	CONSTRAINT "outbox_channel" CHECK("__new_outbox"."channel" in ('EMAIL', 'SMS'))
);
--> statement-breakpoint
INSERT INTO `__new_outbox`("id", "channel", "sealed", "attempts", "created_at", "next_attempt_at", "sent_at", "given_up_at") SELECT "id", 'EMAIL', "sealed", "attempts", "created_at", "next_attempt_at", "sent_at", "given_up_at" FROM `outbox`;--> statement-breakpoint
DROP TABLE `outbox`;--> statement-breakpoint
ALTER TABLE `__new_outbox` RENAME TO `outbox`;--> statement-breakpoint
CREATE INDEX `outbox_by_due` ON `outbox` (`channel`,`next_attempt_at`,`id`);--> statement-breakpoint
ALTER TABLE `authenticators` ADD `identity_hash` text;--> statement-breakpoint
CREATE UNIQUE INDEX `authenticators_by_identity` ON `authenticators` (`identity_hash`);