CREATE TABLE `guesses` (
	`account` text NOT NULL,
	`client` text NOT NULL,
	`failures` integer NOT NULL,
	`free_at` integer NOT NULL,
	`last_at` integer NOT NULL,
	`known_at` integer,
	PRIMARY KEY(`account`, `client`)
);
--> statement-breakpoint
CREATE INDEX `guesses_by_time` ON `guesses` (`last_at`);--> statement-breakpoint
ALTER TABLE `refresh_tokens` ADD `sealed` blob;--> statement-breakpoint
CREATE INDEX `refresh_tokens_sealed` ON `refresh_tokens` (`created_at`) WHERE "refresh_tokens"."sealed" is not null;