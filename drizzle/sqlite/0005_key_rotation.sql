CREATE TABLE `environment_secrets` (
	`id` text PRIMARY KEY NOT NULL,
	`slot` text,
	`digest` text NOT NULL,
	`created_at` integer NOT NULL,
	`retired_at` integer,
	CONSTRAINT "environment_secrets_slot" CHECK("environment_secrets"."slot" in ('A', 'B'))
);
--> statement-breakpoint
CREATE UNIQUE INDEX `environment_secrets_by_slot` ON `environment_secrets` (`slot`);--> statement-breakpoint
CREATE TABLE `retained_keys` (
	`id` text PRIMARY KEY NOT NULL,
	`sealed` blob NOT NULL,
	`created_at` integer NOT NULL
);
--> statement-breakpoint
ALTER TABLE `signing_keys` ADD `signs_from` integer;