CREATE TABLE `bulk_invitation_entries` (
	`id` text PRIMARY KEY NOT NULL,
	`bulk_invitation_id` text NOT NULL,
	`number` integer NOT NULL,
	`sealed` blob NOT NULL,
	`attempts` integer NOT NULL,
	`next_attempt_at` integer,
	`refused_at` integer,
	FOREIGN KEY (`bulk_invitation_id`) REFERENCES `bulk_invitations`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE UNIQUE INDEX `bulk_invitation_entries_by_number` ON `bulk_invitation_entries` (`bulk_invitation_id`,`number`);--> statement-breakpoint
CREATE INDEX `bulk_invitation_entries_by_due` ON `bulk_invitation_entries` (`next_attempt_at`,`bulk_invitation_id`,`number`);--> statement-breakpoint
CREATE INDEX `bulk_invitation_entries_by_refusal` ON `bulk_invitation_entries` (`refused_at`);--> statement-breakpoint
CREATE TABLE `bulk_invitations` (
	`id` text PRIMARY KEY NOT NULL,
	`tenant_id` text NOT NULL,
	`inviter` text NOT NULL,
	`total` integer NOT NULL,
	`processed` integer NOT NULL,
	`refused` integer NOT NULL,
	`created_at` integer NOT NULL,
	`finished_at` integer,
	FOREIGN KEY (`tenant_id`) REFERENCES `tenants`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `bulk_invitations_by_tenant` ON `bulk_invitations` (`tenant_id`,`finished_at`);--> statement-breakpoint
CREATE INDEX `bulk_invitations_by_end` ON `bulk_invitations` (`finished_at`);