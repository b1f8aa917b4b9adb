CREATE TABLE "user_phones" (
	"id" text PRIMARY KEY NOT NULL,
	"user_id" text NOT NULL,
	"phone_number" text NOT NULL,
	"verified" boolean NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
ALTER TABLE "challenges" DROP CONSTRAINT "challenges_first_factor";--> statement-breakpoint
ALTER TABLE "sessions" DROP CONSTRAINT "sessions_first_factor";--> statement-breakpoint
ALTER TABLE "user_phones" ADD CONSTRAINT "user_phones_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "user_phones_by_user" ON "user_phones" USING btree ("user_id","phone_number");--> statement-breakpoint
CREATE UNIQUE INDEX "user_phones_taken" ON "user_phones" USING btree ("phone_number") WHERE "user_phones"."verified";--> statement-breakpoint
CREATE INDEX "user_phones_by_number" ON "user_phones" USING btree ("phone_number","id");--> statement-breakpoint
ALTER TABLE "challenges" ADD CONSTRAINT "challenges_first_factor" CHECK ("challenges"."first_factor" in ('PASSWORD', 'EMAIL_CODE', 'SMS_CODE', 'ENTERPRISE_SSO', 'PASSKEY', 'VERIFIED_PASSKEY'));--> statement-breakpoint
ALTER TABLE "sessions" ADD CONSTRAINT "sessions_first_factor" CHECK ("sessions"."first_factor" in ('PASSWORD', 'EMAIL_CODE', 'SMS_CODE', 'ENTERPRISE_SSO', 'PASSKEY', 'VERIFIED_PASSKEY'));