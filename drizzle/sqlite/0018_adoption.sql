CREATE TABLE `adoption_changes` (
	`id` text PRIMARY KEY DEFAULT (lower(hex(randomblob(16)))) NOT NULL,
	`owner` text NOT NULL,
	`day` integer NOT NULL,
	`users` integer DEFAULT 0 NOT NULL,
	`enrolled` integer DEFAULT 0 NOT NULL,
	`phishing_resistant` integer DEFAULT 0 NOT NULL,
	`only_weak` integer DEFAULT 0 NOT NULL,
	`recovery_ready` integer DEFAULT 0 NOT NULL,
	`exempt` integer DEFAULT 0 NOT NULL,
	`locked` integer DEFAULT 0 NOT NULL,
	`authenticator_app` integer DEFAULT 0 NOT NULL,
	`web_authn_platform` integer DEFAULT 0 NOT NULL,
	`web_authn_cross_platform` integer DEFAULT 0 NOT NULL,
	`sms` integer DEFAULT 0 NOT NULL,
	`email_code` integer DEFAULT 0 NOT NULL,
	`challenged` integer DEFAULT 0 NOT NULL,
	`succeeded` integer DEFAULT 0 NOT NULL,
	`failed` integer DEFAULT 0 NOT NULL,
	`abandoned` integer DEFAULT 0 NOT NULL,
	`enrollments_begun` integer DEFAULT 0 NOT NULL,
	`enrollments_confirmed` integer DEFAULT 0 NOT NULL,
	`enrollments_abandoned` integer DEFAULT 0 NOT NULL
);
--> statement-breakpoint
CREATE INDEX `adoption_changes_by_owner` ON `adoption_changes` (`owner`);--> statement-breakpoint
CREATE TABLE `adoption_days` (
	`owner` text NOT NULL,
	`day` integer NOT NULL,
	`users` integer DEFAULT 0 NOT NULL,
	`enrolled` integer DEFAULT 0 NOT NULL,
	`challenged` integer DEFAULT 0 NOT NULL,
	`succeeded` integer DEFAULT 0 NOT NULL,
	`failed` integer DEFAULT 0 NOT NULL,
	`abandoned` integer DEFAULT 0 NOT NULL,
	`enrollments_begun` integer DEFAULT 0 NOT NULL,
	`enrollments_confirmed` integer DEFAULT 0 NOT NULL,
	`enrollments_abandoned` integer DEFAULT 0 NOT NULL,
	PRIMARY KEY(`owner`, `day`)
);
--> statement-breakpoint
CREATE INDEX `adoption_days_by_day` ON `adoption_days` (`day`);--> statement-breakpoint
CREATE TABLE `adoption_points` (
	`owner` text NOT NULL,
	`day` integer NOT NULL,
	`at` integer NOT NULL,
	`users` integer DEFAULT 0 NOT NULL,
	`enrolled` integer DEFAULT 0 NOT NULL,
	`phishing_resistant` integer DEFAULT 0 NOT NULL,
	`only_weak` integer DEFAULT 0 NOT NULL,
	`recovery_ready` integer DEFAULT 0 NOT NULL,
	`exempt` integer DEFAULT 0 NOT NULL,
	`locked` integer DEFAULT 0 NOT NULL,
	`authenticator_app` integer DEFAULT 0 NOT NULL,
	`web_authn_platform` integer DEFAULT 0 NOT NULL,
	`web_authn_cross_platform` integer DEFAULT 0 NOT NULL,
	`sms` integer DEFAULT 0 NOT NULL,
	`email_code` integer DEFAULT 0 NOT NULL,
	`active_last30_days` integer DEFAULT 0 NOT NULL,
	`enrolled_of_active` integer DEFAULT 0 NOT NULL,
	PRIMARY KEY(`owner`, `day`)
);
--> statement-breakpoint
CREATE INDEX `adoption_points_by_day` ON `adoption_points` (`day`);--> statement-breakpoint
CREATE TABLE `adoption_totals` (
	`owner` text PRIMARY KEY NOT NULL,
	`users` integer DEFAULT 0 NOT NULL,
	`enrolled` integer DEFAULT 0 NOT NULL,
	`phishing_resistant` integer DEFAULT 0 NOT NULL,
	`only_weak` integer DEFAULT 0 NOT NULL,
	`recovery_ready` integer DEFAULT 0 NOT NULL,
	`exempt` integer DEFAULT 0 NOT NULL,
	`locked` integer DEFAULT 0 NOT NULL,
	`authenticator_app` integer DEFAULT 0 NOT NULL,
	`web_authn_platform` integer DEFAULT 0 NOT NULL,
	`web_authn_cross_platform` integer DEFAULT 0 NOT NULL,
	`sms` integer DEFAULT 0 NOT NULL,
	`email_code` integer DEFAULT 0 NOT NULL
);
--> statement-breakpoint
CREATE INDEX `adoption_totals_by_share` ON `adoption_totals` ((case when "users" > 0 then "enrolled" * 10000 / "users" else 10000 end),`owner`) WHERE "adoption_totals"."users" > 0 and "adoption_totals"."owner" <> 'environment';--> statement-breakpoint
CREATE INDEX `adoption_totals_by_unenrolled` ON `adoption_totals` (("users" - "enrolled"),`owner`) WHERE "adoption_totals"."users" > 0 and "adoption_totals"."owner" <> 'environment';--> statement-breakpoint
ALTER TABLE `one_time_codes` ADD `enrollment_tenant_id` text;--> statement-breakpoint
ALTER TABLE `pending_enrollments` ADD `tenant_id` text;
--> statement-breakpoint
INSERT INTO adoption_changes (id, owner, day, users, enrolled, phishing_resistant, only_weak, recovery_ready, exempt, locked, authenticator_app, web_authn_platform, web_authn_cross_platform, sms, email_code)
SELECT lower(hex(randomblob(16))), p.owner, p.day, count(*),
	sum(case when p.strategies <> 0 then 1 else 0 end), sum(case when (p.strategies & 6) <> 0 then 1 else 0 end), sum(case when p.strategies <> 0 and (p.strategies & 7) = 0 then 1 else 0 end),
	sum(p.recovery_ready), sum(p.exempt), sum(p.locked), sum(case when (p.strategies & 1) <> 0 then 1 else 0 end), sum(case when (p.strategies & 2) <> 0 then 1 else 0 end), sum(case when (p.strategies & 4) <> 0 then 1 else 0 end), sum(case when (p.strategies & 8) <> 0 then 1 else 0 end), sum(case when (p.strategies & 16) <> 0 then 1 else 0 end)
FROM (
	SELECT 'environment' AS owner, coalesce(u.last_login_at, 0) - coalesce(u.last_login_at, 0) % 86400000 AS day,
		coalesce((SELECT sum(DISTINCT CASE a.strategy WHEN 'AUTHENTICATOR_APP' THEN 1 WHEN 'WEBAUTHN_PLATFORM' THEN 2 WHEN 'WEBAUTHN_CROSS_PLATFORM' THEN 4 WHEN 'SMS' THEN 8 WHEN 'EMAIL_CODE' THEN 16 END) FROM authenticators a WHERE a.user_id = u.id), 0) AS strategies,
		CASE WHEN EXISTS (SELECT 1 FROM recovery_codes r WHERE r.user_id = u.id) THEN 1 ELSE 0 END AS recovery_ready,
		CASE WHEN u.mfa_bypass THEN 1 ELSE 0 END AS exempt, CASE WHEN u.locked THEN 1 ELSE 0 END AS locked
	FROM users u
	UNION ALL
	SELECT 'tenant:' || m.tenant_id AS owner, coalesce(u.last_login_at, 0) - coalesce(u.last_login_at, 0) % 86400000 AS day,
		coalesce((SELECT sum(DISTINCT CASE a.strategy WHEN 'AUTHENTICATOR_APP' THEN 1 WHEN 'WEBAUTHN_PLATFORM' THEN 2 WHEN 'WEBAUTHN_CROSS_PLATFORM' THEN 4 WHEN 'SMS' THEN 8 WHEN 'EMAIL_CODE' THEN 16 END) FROM authenticators a WHERE a.user_id = u.id), 0) AS strategies,
		CASE WHEN EXISTS (SELECT 1 FROM recovery_codes r WHERE r.user_id = u.id) THEN 1 ELSE 0 END AS recovery_ready,
		CASE WHEN u.mfa_bypass THEN 1 ELSE 0 END AS exempt, CASE WHEN u.locked THEN 1 ELSE 0 END AS locked
	FROM memberships m INNER JOIN users u ON u.id = m.user_id WHERE m.pending = 0 AND m.disabled = 0
) p GROUP BY p.owner, p.day;
