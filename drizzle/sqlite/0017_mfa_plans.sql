CREATE TABLE `mfa_plans` (
	`id` text PRIMARY KEY NOT NULL,
	`tenant_id` text,
	`document` text NOT NULL,
	`base_revision` text NOT NULL,
	`within_limits` integer NOT NULL,
	`created_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	`applied_at` integer,
	FOREIGN KEY (`tenant_id`) REFERENCES `tenants`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `mfa_plans_by_tenant` ON `mfa_plans` (`tenant_id`);--> statement-breakpoint
CREATE INDEX `mfa_plans_by_expiry` ON `mfa_plans` (`expires_at`);