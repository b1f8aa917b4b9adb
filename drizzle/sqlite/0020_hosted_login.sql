CREATE TABLE `authorization_codes` (
	`id` text PRIMARY KEY NOT NULL,
	`code_hash` text NOT NULL,
	`user_id` text NOT NULL,
	`tenant_id` text NOT NULL,
	`session_id` text NOT NULL,
	`client_id` text NOT NULL,
	`redirect_uri` text NOT NULL,
	`code_challenge` text,
	`nonce` text,
	`scope` text NOT NULL,
	`proven_amr` text,
	`proven_at` integer,
	`signed_in_at` integer,
	`created_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	`spent_at` integer,
	`chain_ids` text NOT NULL,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`tenant_id`) REFERENCES `tenants`(`id`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`session_id`) REFERENCES `sessions`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE UNIQUE INDEX `authorization_codes_by_code` ON `authorization_codes` (`code_hash`);--> statement-breakpoint
CREATE INDEX `authorization_codes_by_user` ON `authorization_codes` (`user_id`);--> statement-breakpoint
CREATE INDEX `authorization_codes_by_tenant` ON `authorization_codes` (`tenant_id`);--> statement-breakpoint
CREATE INDEX `authorization_codes_by_session` ON `authorization_codes` (`session_id`);--> statement-breakpoint
CREATE INDEX `authorization_codes_by_end` ON `authorization_codes` (`expires_at`);--> statement-breakpoint
CREATE TABLE `hosted_login` (
	`slot` text PRIMARY KEY NOT NULL,
	`active` integer NOT NULL,
	`name` text,
	`logo_id` text,
	`logo_type` text,
	`logo` blob,
	`primary_color` text,
	`support_url` text,
	`privacy_url` text,
	`terms_url` text,
	`updated_at` integer NOT NULL,
	CONSTRAINT "hosted_login_slot" CHECK("hosted_login"."slot" in ('hosted-login')),
	CONSTRAINT "hosted_login_logo_type" CHECK("hosted_login"."logo_type" in ('image/png', 'image/jpeg', 'image/webp'))
);
--> statement-breakpoint
CREATE TABLE `interactions` (
	`id` text PRIMARY KEY NOT NULL,
	`token_hash` text NOT NULL,
	`request` text NOT NULL,
	`step` text NOT NULL,
	`user_id` text,
	`session_id` text,
	`proven_amr` text,
	`proven_at` integer,
	`sealed` blob,
	`created_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	`ended_at` integer,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`session_id`) REFERENCES `sessions`(`id`) ON UPDATE no action ON DELETE cascade,
	CONSTRAINT "interactions_step" CHECK("interactions"."step" in ('SIGN_IN', 'SECOND_FACTOR', 'ENROLLMENT', 'RECOVERY_CODE', 'TENANT', 'STEP_UP'))
);
--> statement-breakpoint
CREATE UNIQUE INDEX `interactions_by_token` ON `interactions` (`token_hash`);--> statement-breakpoint
CREATE INDEX `interactions_by_user` ON `interactions` (`user_id`);--> statement-breakpoint
CREATE INDEX `interactions_by_session` ON `interactions` (`session_id`);--> statement-breakpoint
CREATE INDEX `interactions_by_end` ON `interactions` (`expires_at`);--> statement-breakpoint
CREATE TABLE `redirect_uris` (
	`id` text PRIMARY KEY NOT NULL,
	`uri` text NOT NULL,
	`created_at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `redirect_uris_by_uri` ON `redirect_uris` (`uri`);--> statement-breakpoint
CREATE INDEX `redirect_uris_by_creation` ON `redirect_uris` (`created_at`,`id`);--> statement-breakpoint
ALTER TABLE `refresh_tokens` ADD `chain_id` text;--> statement-breakpoint
ALTER TABLE `refresh_tokens` ADD `for_application` integer DEFAULT false NOT NULL;--> statement-breakpoint
CREATE INDEX `refresh_tokens_by_chain` ON `refresh_tokens` (`chain_id`) WHERE "refresh_tokens"."chain_id" is not null;--> statement-breakpoint
CREATE INDEX `refresh_tokens_current` ON `refresh_tokens` (`session_id`,`created_at`) WHERE "refresh_tokens"."superseded_at" is null;