CREATE TABLE "authorization_codes" (
	"id" text PRIMARY KEY NOT NULL,
	"code_hash" text NOT NULL,
	"user_id" text NOT NULL,
	"tenant_id" text NOT NULL,
	"session_id" text NOT NULL,
	"client_id" text NOT NULL,
	"redirect_uri" text NOT NULL,
	"code_challenge" text,
	"nonce" text,
	"scope" text NOT NULL,
	"proven_amr" jsonb,
	"proven_at" timestamp (3) with time zone,
	"signed_in_at" timestamp (3) with time zone,
	"created_at" timestamp (3) with time zone NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL,
	"spent_at" timestamp (3) with time zone,
	"chain_ids" jsonb NOT NULL
);
--> statement-breakpoint
CREATE TABLE "hosted_login" (
	"slot" text PRIMARY KEY NOT NULL,
	"active" boolean NOT NULL,
	"name" text,
	"logo_id" text,
	"logo_type" text,
	"logo" "bytea",
	"primary_color" text,
	"support_url" text,
	"privacy_url" text,
	"terms_url" text,
	"updated_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "hosted_login_slot" CHECK ("hosted_login"."slot" in ('hosted-login')),
	CONSTRAINT "hosted_login_logo_type" CHECK ("hosted_login"."logo_type" in ('image/png', 'image/jpeg', 'image/webp'))
);
--> statement-breakpoint
CREATE TABLE "interactions" (
	"id" text PRIMARY KEY NOT NULL,
	"token_hash" text NOT NULL,
	"request" jsonb NOT NULL,
	"step" text NOT NULL,
	"user_id" text,
	"session_id" text,
	"proven_amr" jsonb,
	"proven_at" timestamp (3) with time zone,
	"sealed" "bytea",
	"created_at" timestamp (3) with time zone NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL,
	"ended_at" timestamp (3) with time zone,
	CONSTRAINT "interactions_step" CHECK ("interactions"."step" in ('SIGN_IN', 'SECOND_FACTOR', 'ENROLLMENT', 'RECOVERY_CODE', 'TENANT', 'STEP_UP'))
);
--> statement-breakpoint
CREATE TABLE "redirect_uris" (
	"id" text PRIMARY KEY NOT NULL,
	"uri" text NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
ALTER TABLE "refresh_tokens" ADD COLUMN "chain_id" text;--> statement-breakpoint
ALTER TABLE "refresh_tokens" ADD COLUMN "for_application" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "authorization_codes" ADD CONSTRAINT "authorization_codes_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "authorization_codes" ADD CONSTRAINT "authorization_codes_tenant_id_tenants_id_fk" FOREIGN KEY ("tenant_id") REFERENCES "public"."tenants"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "authorization_codes" ADD CONSTRAINT "authorization_codes_session_id_sessions_id_fk" FOREIGN KEY ("session_id") REFERENCES "public"."sessions"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "interactions" ADD CONSTRAINT "interactions_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "interactions" ADD CONSTRAINT "interactions_session_id_sessions_id_fk" FOREIGN KEY ("session_id") REFERENCES "public"."sessions"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "authorization_codes_by_code" ON "authorization_codes" USING btree ("code_hash");--> statement-breakpoint
CREATE INDEX "authorization_codes_by_user" ON "authorization_codes" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "authorization_codes_by_tenant" ON "authorization_codes" USING btree ("tenant_id");--> statement-breakpoint
CREATE INDEX "authorization_codes_by_session" ON "authorization_codes" USING btree ("session_id");--> statement-breakpoint
CREATE INDEX "authorization_codes_by_end" ON "authorization_codes" USING btree ("expires_at");--> statement-breakpoint
CREATE UNIQUE INDEX "interactions_by_token" ON "interactions" USING btree ("token_hash");--> statement-breakpoint
CREATE INDEX "interactions_by_user" ON "interactions" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "interactions_by_session" ON "interactions" USING btree ("session_id");--> statement-breakpoint
CREATE INDEX "interactions_by_end" ON "interactions" USING btree ("expires_at");--> statement-breakpoint
CREATE UNIQUE INDEX "redirect_uris_by_uri" ON "redirect_uris" USING btree ("uri");--> statement-breakpoint
CREATE INDEX "redirect_uris_by_creation" ON "redirect_uris" USING btree ("created_at","id");--> statement-breakpoint
CREATE INDEX "refresh_tokens_by_chain" ON "refresh_tokens" USING btree ("chain_id") WHERE "refresh_tokens"."chain_id" is not null;--> statement-breakpoint
CREATE INDEX "refresh_tokens_current" ON "refresh_tokens" USING btree ("session_id","created_at") WHERE "refresh_tokens"."superseded_at" is null;