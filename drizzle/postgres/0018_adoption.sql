CREATE TABLE "adoption_changes" (
	"id" text PRIMARY KEY DEFAULT gen_random_uuid()::text NOT NULL,
	"owner" text NOT NULL,
	"day" timestamp (3) with time zone NOT NULL,
	"users" bigint DEFAULT 0 NOT NULL,
	"enrolled" bigint DEFAULT 0 NOT NULL,
	"phishing_resistant" bigint DEFAULT 0 NOT NULL,
	"only_weak" bigint DEFAULT 0 NOT NULL,
	"recovery_ready" bigint DEFAULT 0 NOT NULL,
	"exempt" bigint DEFAULT 0 NOT NULL,
	"locked" bigint DEFAULT 0 NOT NULL,
	"authenticator_app" bigint DEFAULT 0 NOT NULL,
	"web_authn_platform" bigint DEFAULT 0 NOT NULL,
	"web_authn_cross_platform" bigint DEFAULT 0 NOT NULL,
	"sms" bigint DEFAULT 0 NOT NULL,
	"email_code" bigint DEFAULT 0 NOT NULL,
	"challenged" bigint DEFAULT 0 NOT NULL,
	"succeeded" bigint DEFAULT 0 NOT NULL,
	"failed" bigint DEFAULT 0 NOT NULL,
	"abandoned" bigint DEFAULT 0 NOT NULL,
	"enrollments_begun" bigint DEFAULT 0 NOT NULL,
	"enrollments_confirmed" bigint DEFAULT 0 NOT NULL,
	"enrollments_abandoned" bigint DEFAULT 0 NOT NULL
);
--> statement-breakpoint
CREATE TABLE "adoption_days" (
	"owner" text NOT NULL,
	"day" timestamp (3) with time zone NOT NULL,
	"users" bigint DEFAULT 0 NOT NULL,
	"enrolled" bigint DEFAULT 0 NOT NULL,
	"challenged" bigint DEFAULT 0 NOT NULL,
	"succeeded" bigint DEFAULT 0 NOT NULL,
	"failed" bigint DEFAULT 0 NOT NULL,
	"abandoned" bigint DEFAULT 0 NOT NULL,
	"enrollments_begun" bigint DEFAULT 0 NOT NULL,
	"enrollments_confirmed" bigint DEFAULT 0 NOT NULL,
	"enrollments_abandoned" bigint DEFAULT 0 NOT NULL,
	CONSTRAINT "adoption_days_owner_day_pk" PRIMARY KEY("owner","day")
);
--> statement-breakpoint
CREATE TABLE "adoption_points" (
	"owner" text NOT NULL,
	"day" timestamp (3) with time zone NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	"users" bigint DEFAULT 0 NOT NULL,
	"enrolled" bigint DEFAULT 0 NOT NULL,
	"phishing_resistant" bigint DEFAULT 0 NOT NULL,
	"only_weak" bigint DEFAULT 0 NOT NULL,
	"recovery_ready" bigint DEFAULT 0 NOT NULL,
	"exempt" bigint DEFAULT 0 NOT NULL,
	"locked" bigint DEFAULT 0 NOT NULL,
	"authenticator_app" bigint DEFAULT 0 NOT NULL,
	"web_authn_platform" bigint DEFAULT 0 NOT NULL,
	"web_authn_cross_platform" bigint DEFAULT 0 NOT NULL,
	"sms" bigint DEFAULT 0 NOT NULL,
	"email_code" bigint DEFAULT 0 NOT NULL,
	"active_last30_days" bigint DEFAULT 0 NOT NULL,
	"enrolled_of_active" bigint DEFAULT 0 NOT NULL,
	CONSTRAINT "adoption_points_owner_day_pk" PRIMARY KEY("owner","day")
);
--> statement-breakpoint
CREATE TABLE "adoption_totals" (
	"owner" text PRIMARY KEY NOT NULL,
	"users" bigint DEFAULT 0 NOT NULL,
	"enrolled" bigint DEFAULT 0 NOT NULL,
	"phishing_resistant" bigint DEFAULT 0 NOT NULL,
	"only_weak" bigint DEFAULT 0 NOT NULL,
	"recovery_ready" bigint DEFAULT 0 NOT NULL,
	"exempt" bigint DEFAULT 0 NOT NULL,
	"locked" bigint DEFAULT 0 NOT NULL,
	"authenticator_app" bigint DEFAULT 0 NOT NULL,
	"web_authn_platform" bigint DEFAULT 0 NOT NULL,
	"web_authn_cross_platform" bigint DEFAULT 0 NOT NULL,
	"sms" bigint DEFAULT 0 NOT NULL,
	"email_code" bigint DEFAULT 0 NOT NULL
);
--> statement-breakpoint
ALTER TABLE "one_time_codes" ADD COLUMN "enrollment_tenant_id" text;--> statement-breakpoint
ALTER TABLE "pending_enrollments" ADD COLUMN "tenant_id" text;--> statement-breakpoint
CREATE INDEX "adoption_changes_by_owner" ON "adoption_changes" USING btree ("owner");--> statement-breakpoint
CREATE INDEX "adoption_days_by_day" ON "adoption_days" USING btree ("day");--> statement-breakpoint
CREATE INDEX "adoption_points_by_day" ON "adoption_points" USING btree ("day");--> statement-breakpoint
CREATE INDEX "adoption_totals_by_share" ON "adoption_totals" USING btree ((case when "users" > 0 then "enrolled" * 10000 / "users" else 10000 end),"owner") WHERE "adoption_totals"."users" > 0 and "adoption_totals"."owner" <> 'environment';--> statement-breakpoint
CREATE INDEX "adoption_totals_by_unenrolled" ON "adoption_totals" USING btree (("users" - "enrolled"),"owner") WHERE "adoption_totals"."users" > 0 and "adoption_totals"."owner" <> 'environment';
--> statement-breakpoint
INSERT INTO adoption_changes (id, owner, day, users, enrolled, phishing_resistant, only_weak, recovery_ready, exempt, locked, authenticator_app, web_authn_platform, web_authn_cross_platform, sms, email_code)
SELECT gen_random_uuid()::text, p.owner, p.day, count(*),
	sum(case when p.strategies <> 0 then 1 else 0 end), sum(case when (p.strategies & 6) <> 0 then 1 else 0 end), sum(case when p.strategies <> 0 and (p.strategies & 7) = 0 then 1 else 0 end),
	sum(p.recovery_ready), sum(p.exempt), sum(p.locked), sum(case when (p.strategies & 1) <> 0 then 1 else 0 end), sum(case when (p.strategies & 2) <> 0 then 1 else 0 end), sum(case when (p.strategies & 4) <> 0 then 1 else 0 end), sum(case when (p.strategies & 8) <> 0 then 1 else 0 end), sum(case when (p.strategies & 16) <> 0 then 1 else 0 end)
FROM (
	SELECT 'environment' AS owner, date_trunc('day', coalesce(u.last_login_at, to_timestamp(0)), 'UTC') AS day,
		coalesce((SELECT sum(DISTINCT CASE a.strategy WHEN 'AUTHENTICATOR_APP' THEN 1 WHEN 'WEBAUTHN_PLATFORM' THEN 2 WHEN 'WEBAUTHN_CROSS_PLATFORM' THEN 4 WHEN 'SMS' THEN 8 WHEN 'EMAIL_CODE' THEN 16 END) FROM authenticators a WHERE a.user_id = u.id), 0) AS strategies,
		CASE WHEN EXISTS (SELECT 1 FROM recovery_codes r WHERE r.user_id = u.id) THEN 1 ELSE 0 END AS recovery_ready,
		CASE WHEN u.mfa_bypass THEN 1 ELSE 0 END AS exempt, CASE WHEN u.locked THEN 1 ELSE 0 END AS locked
	FROM users u
	UNION ALL
	SELECT 'tenant:' || m.tenant_id AS owner, date_trunc('day', coalesce(u.last_login_at, to_timestamp(0)), 'UTC') AS day,
		coalesce((SELECT sum(DISTINCT CASE a.strategy WHEN 'AUTHENTICATOR_APP' THEN 1 WHEN 'WEBAUTHN_PLATFORM' THEN 2 WHEN 'WEBAUTHN_CROSS_PLATFORM' THEN 4 WHEN 'SMS' THEN 8 WHEN 'EMAIL_CODE' THEN 16 END) FROM authenticators a WHERE a.user_id = u.id), 0) AS strategies,
		CASE WHEN EXISTS (SELECT 1 FROM recovery_codes r WHERE r.user_id = u.id) THEN 1 ELSE 0 END AS recovery_ready,
		CASE WHEN u.mfa_bypass THEN 1 ELSE 0 END AS exempt, CASE WHEN u.locked THEN 1 ELSE 0 END AS locked
	FROM memberships m INNER JOIN users u ON u.id = m.user_id WHERE m.pending = false AND m.disabled = false
) p GROUP BY p.owner, p.day;
