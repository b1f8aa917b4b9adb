CREATE TABLE `write_probes` (
	`slot` text PRIMARY KEY NOT NULL,
	`writes` integer NOT NULL,
	CONSTRAINT "write_probes_slot" CHECK("write_probes"."slot" in ('probe'))
);
--> statement-breakpoint
ALTER TABLE `budgets` ADD `ends_at` integer;--> statement-breakpoint
UPDATE `budgets` SET `ends_at` = `t5` + 3600000 WHERE `key` NOT LIKE 'check:%' OR `key` LIKE 'check:LOGIN\_CODE:%' ESCAPE '\';--> statement-breakpoint
CREATE INDEX `budgets_by_end` ON `budgets` (`ends_at`);--> statement-breakpoint
CREATE INDEX `outbox_by_sending` ON `outbox` (`sent_at`);--> statement-breakpoint
CREATE INDEX `outbox_by_giving_up` ON `outbox` (`given_up_at`);--> statement-breakpoint
CREATE INDEX `remembered_devices_by_creation` ON `remembered_devices` (`created_at`);--> statement-breakpoint
CREATE INDEX `sessions_by_early_end` ON `sessions` (`ended_at`);