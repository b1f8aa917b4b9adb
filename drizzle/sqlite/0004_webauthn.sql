ALTER TABLE `authenticators` ADD `identity_hash` text;--> statement-breakpoint
CREATE UNIQUE INDEX `authenticators_by_identity` ON `authenticators` (`identity_hash`);