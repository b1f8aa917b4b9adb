CREATE TABLE `membership_roles` (
	`user_id` text NOT NULL,
	`tenant_id` text NOT NULL,
	`role_id` text NOT NULL,
	PRIMARY KEY(`user_id`, `tenant_id`, `role_id`),
	FOREIGN KEY (`role_id`) REFERENCES `roles`(`id`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`user_id`,`tenant_id`) REFERENCES `memberships`(`user_id`,`tenant_id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `membership_roles_by_role` ON `membership_roles` (`role_id`,`tenant_id`);--> statement-breakpoint
CREATE TABLE `permission_categories` (
	`id` text PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`description` text,
	`built_in` integer NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `permission_categories_by_name` ON `permission_categories` (`name`);--> statement-breakpoint
CREATE TABLE `permissions` (
	`id` text PRIMARY KEY NOT NULL,
	`key` text NOT NULL,
	`name` text NOT NULL,
	`description` text NOT NULL,
	`category_id` text,
	`built_in` integer NOT NULL,
	`assignment_type` text NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	FOREIGN KEY (`category_id`) REFERENCES `permission_categories`(`id`) ON UPDATE no action ON DELETE set null,
	CONSTRAINT "permissions_assignment_type" CHECK("permissions"."assignment_type" in ('NEVER', 'ALWAYS', 'ASSIGNABLE'))
);
--> statement-breakpoint
CREATE UNIQUE INDEX `permissions_by_key` ON `permissions` (`key`);--> statement-breakpoint
CREATE INDEX `permissions_by_category` ON `permissions` (`category_id`);--> statement-breakpoint
CREATE INDEX `permissions_by_creation` ON `permissions` (`created_at`,`id`);--> statement-breakpoint
CREATE INDEX `permissions_by_assignment_type` ON `permissions` (`assignment_type`);--> statement-breakpoint
CREATE TABLE `role_permissions` (
	`role_id` text NOT NULL,
	`permission_id` text NOT NULL,
	PRIMARY KEY(`role_id`, `permission_id`),
	FOREIGN KEY (`role_id`) REFERENCES `roles`(`id`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`permission_id`) REFERENCES `permissions`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `role_permissions_by_permission` ON `role_permissions` (`permission_id`);--> statement-breakpoint
CREATE TABLE `roles` (
	`id` text PRIMARY KEY NOT NULL,
	`owner` text NOT NULL,
	`tenant_id` text,
	`key` text NOT NULL,
	`name` text NOT NULL,
	`description` text NOT NULL,
	`is_default` integer NOT NULL,
	`first_user_role` integer NOT NULL,
	`level` integer NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	FOREIGN KEY (`tenant_id`) REFERENCES `tenants`(`id`) ON UPDATE no action ON DELETE cascade,
	CONSTRAINT "roles_level" CHECK("roles"."level" between 0 and 32767)
);
--> statement-breakpoint
CREATE UNIQUE INDEX `roles_by_owner` ON `roles` (`owner`,`key`);--> statement-breakpoint
CREATE INDEX `roles_by_key` ON `roles` (`key`);--> statement-breakpoint
CREATE INDEX `roles_by_tenant` ON `roles` (`tenant_id`);--> statement-breakpoint
CREATE INDEX `roles_by_creation` ON `roles` (`created_at`,`id`);--> statement-breakpoint
PRAGMA foreign_keys=OFF;--> statement-breakpoint
CREATE TABLE `__new_audit_events` (
	`id` text PRIMARY KEY NOT NULL,
	`at` integer NOT NULL,
	`kind` text NOT NULL,
	`actor_kind` text NOT NULL,
	`actor_id` text,
	`tenant_id` text,
	`user_id` text,
	`strategy` text,
	`reason` text,
	`address` text NOT NULL,
	`request_id` text NOT NULL,
	CONSTRAINT "audit_events_actor_kind" CHECK("__new_audit_events"."actor_kind" in ('NOBODY', 'USER', 'ENVIRONMENT')),
	CONSTRAINT "audit_events_strategy" CHECK("__new_audit_events"."strategy" in ('AUTHENTICATOR_APP', 'WEBAUTHN_PLATFORM', 'WEBAUTHN_CROSS_PLATFORM', 'SMS', 'EMAIL_CODE'))
);
--> statement-breakpoint
INSERT INTO `__new_audit_events`("id", "at", "kind", "actor_kind", "actor_id", "tenant_id", "user_id", "strategy", "reason", "address", "request_id") SELECT "id", "at", "kind", "actor_kind", "actor_id", "tenant_id", "user_id", "strategy", "reason", "address", "request_id" FROM `audit_events`;--> statement-breakpoint
DROP TABLE `audit_events`;--> statement-breakpoint
ALTER TABLE `__new_audit_events` RENAME TO `audit_events`;--> statement-breakpoint
PRAGMA foreign_keys=ON;--> statement-breakpoint
CREATE INDEX `audit_events_by_time` ON `audit_events` (`at`,`id`);--> statement-breakpoint
CREATE INDEX `audit_events_by_user` ON `audit_events` (`user_id`,`at`,`id`);--> statement-breakpoint
CREATE INDEX `audit_events_by_tenant` ON `audit_events` (`tenant_id`,`at`,`id`);
--> statement-breakpoint
INSERT INTO `permission_categories` (`id`, `name`, `built_in`, `created_at`, `updated_at`)
SELECT v.*, coalesce((select `created_at` from `environments` limit 1), unixepoch() * 1000), coalesce((select `created_at` from `environments` limit 1), unixepoch() * 1000)
FROM (VALUES
	('e09264d7-2e24-5c1e-a11d-568467739ba9', 'Security', 1),
	('1f9ab60e-3092-5c7f-925f-d99db0c54fed', 'Account hierarchy', 1),
	('2ebda28e-3112-5758-ab13-d016017b11a5', 'Account settings', 1),
	('207509ea-6320-5447-b804-f596e41ecb6e', 'Connectivity', 1),
	('3df24e02-1c13-5966-9bfc-866e1529096a', 'Subscriptions', 1)
) AS v;
--> statement-breakpoint
INSERT INTO `permissions` (`id`, `key`, `name`, `category_id`, `description`, `built_in`, `assignment_type`, `created_at`, `updated_at`)
SELECT v.*, '', 1, 'ASSIGNABLE', coalesce((select `created_at` from `environments` limit 1), unixepoch() * 1000), coalesce((select `created_at` from `environments` limit 1), unixepoch() * 1000)
FROM (VALUES
	('0b8a4a52-6a0c-4c55-9a3e-3f0d8f6f7b01', 'fe.secure.*', 'All security settings', 'e09264d7-2e24-5c1e-a11d-568467739ba9'),
	('0b8a4a52-6a0c-4c55-9a3e-3f0d8f6f7b02', 'fe.secure.read.*', 'Read security settings', 'e09264d7-2e24-5c1e-a11d-568467739ba9'),
	('a7550442-b71b-5591-9e85-c81e70aa294e', 'fe.secure.read.accountSettings', 'Read account settings', 'e09264d7-2e24-5c1e-a11d-568467739ba9'),
	('e5d46e25-90d2-5fcc-90de-c066b13ca12d', 'fe.secure.read.audits', 'Read audits', 'e09264d7-2e24-5c1e-a11d-568467739ba9'),
	('14dfaff7-8343-5666-a3d0-2e284f89de62', 'fe.secure.read.emailDomainRestrictions', 'Read email domain restrictions', 'e09264d7-2e24-5c1e-a11d-568467739ba9'),
	('a71b772d-d588-5eeb-9d18-98ca3eb32c26', 'fe.secure.read.groups', 'Read groups', 'e09264d7-2e24-5c1e-a11d-568467739ba9'),
	('53005bb8-b245-5339-979d-52f4d908d471', 'fe.secure.read.ipRestrictions', 'Read IP restrictions', 'e09264d7-2e24-5c1e-a11d-568467739ba9'),
	('38e10b73-a38d-5f45-a453-803d5a304a92', 'fe.secure.read.passwordExpirationConfiguration', 'Read password expiration configuration', 'e09264d7-2e24-5c1e-a11d-568467739ba9'),
	('4c64d664-d910-5822-b7be-8ec39b131da5', 'fe.secure.read.permissions', 'Read permissions', 'e09264d7-2e24-5c1e-a11d-568467739ba9'),
	('62344fb5-c316-5148-b112-088db0f2f3c0', 'fe.secure.read.provisioningConfiguration', 'Read provisioning configuration', 'e09264d7-2e24-5c1e-a11d-568467739ba9'),
	('ca04c963-1c66-5286-963e-e46ee51d18b9', 'fe.secure.read.roles', 'Read roles', 'e09264d7-2e24-5c1e-a11d-568467739ba9'),
	('9c8f769f-64af-540b-a7a6-9927f17dd23e', 'fe.secure.read.samlConfiguration', 'Read SAML configuration', 'e09264d7-2e24-5c1e-a11d-568467739ba9'),
	('e38b7362-aa82-599e-a072-f935fa9cd0fe', 'fe.secure.read.samlDefaultRoles', 'Read SAML default roles', 'e09264d7-2e24-5c1e-a11d-568467739ba9'),
	('1f9414c1-a81c-577d-b694-c4ffba4f5022', 'fe.secure.read.securityPolicy', 'Read security policy', 'e09264d7-2e24-5c1e-a11d-568467739ba9'),
	('2d09e12f-f982-5f08-8019-f0495e62f148', 'fe.secure.read.tenantApiTokens', 'Read tenant API tokens', 'e09264d7-2e24-5c1e-a11d-568467739ba9'),
	('cba27e58-5f7e-5de0-b93b-008331574cce', 'fe.secure.read.userApiTokens', 'Read user API tokens', 'e09264d7-2e24-5c1e-a11d-568467739ba9'),
	('12a448ca-36f4-5a90-bd70-13db344e8734', 'fe.secure.read.users', 'Read users', 'e09264d7-2e24-5c1e-a11d-568467739ba9'),
	('d61cebaa-14c5-53ff-af45-5fd49b113294', 'fe.secure.write.*', 'Change security settings', 'e09264d7-2e24-5c1e-a11d-568467739ba9'),
	('4fe8afe9-3fb5-5be9-8de7-5b1940c9da8b', 'fe.secure.write.accountSettings', 'Change account settings', 'e09264d7-2e24-5c1e-a11d-568467739ba9'),
	('b4c1f090-ae32-5abb-ae1b-008a6503907b', 'fe.secure.write.actorToken', 'Create actor tokens', 'e09264d7-2e24-5c1e-a11d-568467739ba9'),
	('2e403957-f717-5dbf-9f6f-809664eb2637', 'fe.secure.write.appsUsers', 'Add users to applications', 'e09264d7-2e24-5c1e-a11d-568467739ba9'),
	('915f256d-e4f7-577b-bbf8-1cbf211bfcde', 'fe.secure.write.delegation', 'Change delegation', 'e09264d7-2e24-5c1e-a11d-568467739ba9'),
	('96d3e547-3b38-5151-bafe-db841d7271bb', 'fe.secure.write.emailDomainRestrictions', 'Change email domain restrictions', 'e09264d7-2e24-5c1e-a11d-568467739ba9'),
	('64f90ae9-5f51-5a0a-80c6-d7bbed487564', 'fe.secure.write.enableDisable', 'Enable and disable users', 'e09264d7-2e24-5c1e-a11d-568467739ba9'),
	('a53c7400-8e1e-524c-8d6e-e979ae68bd64', 'fe.secure.write.groups', 'Change groups', 'e09264d7-2e24-5c1e-a11d-568467739ba9'),
	('d2e3e63a-726f-5f94-8b29-03f7c362d4c3', 'fe.secure.write.groupsRoles', 'Change the roles of groups', 'e09264d7-2e24-5c1e-a11d-568467739ba9'),
	('8a475b24-cdd5-53bb-97d3-0b7ea9a1b5f4', 'fe.secure.write.groupsUsers', 'Add users to groups', 'e09264d7-2e24-5c1e-a11d-568467739ba9'),
	('af026cb4-09ef-556b-b70e-e7ae7dd973b5', 'fe.secure.write.ipRestrictions', 'Change IP restrictions', 'e09264d7-2e24-5c1e-a11d-568467739ba9'),
	('efca568b-1e6c-59f8-996b-b745300356a5', 'fe.secure.write.passwordExpirationConfiguration', 'Change password expiration configuration', 'e09264d7-2e24-5c1e-a11d-568467739ba9'),
	('193d1a16-b1c1-57db-a8c5-739306fe7341', 'fe.secure.write.provisioningConfiguration', 'Change provisioning configuration', 'e09264d7-2e24-5c1e-a11d-568467739ba9'),
	('6c2e5a7c-5360-58a0-a222-b412541d00bb', 'fe.secure.write.resendActivationEmail', 'Send activation e-mails again', 'e09264d7-2e24-5c1e-a11d-568467739ba9'),
	('8925a401-cd79-5e34-b5d8-485ef222447f', 'fe.secure.write.roles', 'Create roles', 'e09264d7-2e24-5c1e-a11d-568467739ba9'),
	('0113da8c-4006-51fc-a609-fd3587d385cc', 'fe.secure.write.samlConfiguration', 'Change SAML configuration', 'e09264d7-2e24-5c1e-a11d-568467739ba9'),
	('aaad71c6-cfe7-5524-990d-07679e69d82d', 'fe.secure.write.samlDefaultRoles', 'Change SAML default roles', 'e09264d7-2e24-5c1e-a11d-568467739ba9'),
	('d5ee1959-fd85-5455-959c-e3044843446a', 'fe.secure.write.securityPolicy', 'Change security policy', 'e09264d7-2e24-5c1e-a11d-568467739ba9'),
	('c887a08e-6b14-5f9a-9361-df908d419587', 'fe.secure.write.tenantApiTokens', 'Change tenant API tokens', 'e09264d7-2e24-5c1e-a11d-568467739ba9'),
	('e04fd7ba-940b-5b69-8a0c-bca6207c55c5', 'fe.secure.write.tenantInvites', 'Change invitations to the tenant', 'e09264d7-2e24-5c1e-a11d-568467739ba9'),
	('02154b3c-ed74-5ea5-ba50-a751beef45ae', 'fe.secure.write.updateRole', 'Change roles', 'e09264d7-2e24-5c1e-a11d-568467739ba9'),
	('30eb508b-ccae-5952-8072-c4f1bdb85f76', 'fe.secure.write.updateUser', 'Change users', 'e09264d7-2e24-5c1e-a11d-568467739ba9'),
	('a12ab19d-3f0b-5a6d-b018-c4347ae0b7b3', 'fe.secure.write.userApiTokens', 'Change user API tokens', 'e09264d7-2e24-5c1e-a11d-568467739ba9'),
	('65ccdad8-a522-5ca4-a618-8cb3da6a9f68', 'fe.secure.write.users', 'Create users', 'e09264d7-2e24-5c1e-a11d-568467739ba9'),
	('51688918-0142-5361-9210-e66d984a4273', 'fe.secure.write.usersRoles', 'Give roles to users', 'e09264d7-2e24-5c1e-a11d-568467739ba9'),
	('90726853-6565-555b-a7b8-4f817d1d35e1', 'fe.secure.write.userSubTenants', 'Add users to sub-tenants', 'e09264d7-2e24-5c1e-a11d-568467739ba9'),
	('d46cac12-277b-50aa-a7c9-7205610044e6', 'fe.secure.delete.*', 'Delete security settings', 'e09264d7-2e24-5c1e-a11d-568467739ba9'),
	('f152079e-1e6f-5dd0-9206-70917402ec00', 'fe.secure.delete.appsUsers', 'Remove users from applications', 'e09264d7-2e24-5c1e-a11d-568467739ba9'),
	('f7017eaf-72b9-51be-91b7-c23343034490', 'fe.secure.delete.emailDomainRestrictions', 'Delete email domain restrictions', 'e09264d7-2e24-5c1e-a11d-568467739ba9'),
	('28285962-183f-563b-8372-564d14d606bc', 'fe.secure.delete.groups', 'Delete groups', 'e09264d7-2e24-5c1e-a11d-568467739ba9'),
	('23f76ce9-1601-56de-aec8-d588a43ad7d6', 'fe.secure.delete.groupsUsers', 'Remove users from groups', 'e09264d7-2e24-5c1e-a11d-568467739ba9'),
	('40cdab79-a969-5f18-8276-e814ed3e8322', 'fe.secure.delete.ipRestrictions', 'Delete IP restrictions', 'e09264d7-2e24-5c1e-a11d-568467739ba9'),
	('518f4544-2e1f-59d8-865e-a4e0b59015bd', 'fe.secure.delete.provisioningConfiguration', 'Delete provisioning configuration', 'e09264d7-2e24-5c1e-a11d-568467739ba9'),
	('4f3c7858-94d0-5919-a12e-d1f1208a4a00', 'fe.secure.delete.role', 'Delete roles', 'e09264d7-2e24-5c1e-a11d-568467739ba9'),
	('17b5d110-5bc6-564c-ab5d-41bb82f578dd', 'fe.secure.delete.samlConfiguration', 'Delete SAML configuration', 'e09264d7-2e24-5c1e-a11d-568467739ba9'),
	('82877bec-ff60-5f7d-bff7-85f514408314', 'fe.secure.delete.securityPolicy', 'Delete security policy', 'e09264d7-2e24-5c1e-a11d-568467739ba9'),
	('d105ba4c-1a81-5343-bbfe-00d7c32de53e', 'fe.secure.delete.sessions', 'End sessions', 'e09264d7-2e24-5c1e-a11d-568467739ba9'),
	('3894041b-ef17-5416-a1ca-2d6209d92f12', 'fe.secure.delete.tenantApiTokens', 'Delete tenant API tokens', 'e09264d7-2e24-5c1e-a11d-568467739ba9'),
	('b80ca306-512a-5af6-aa65-426e2e9dd5fc', 'fe.secure.delete.tenantInvites', 'Delete invitations to the tenant', 'e09264d7-2e24-5c1e-a11d-568467739ba9'),
	('5497bebc-e8c9-512f-8b33-cbfae03edbcc', 'fe.secure.delete.userApiTokens', 'Delete user API tokens', 'e09264d7-2e24-5c1e-a11d-568467739ba9'),
	('9ce83e5d-7845-5c56-ae24-2968d56af878', 'fe.secure.delete.users', 'Delete users', 'e09264d7-2e24-5c1e-a11d-568467739ba9'),
	('cd2e5f51-e4cc-5a5b-bf86-accc59d95f19', 'fe.secure.delete.usersRoles', 'Take roles from users', 'e09264d7-2e24-5c1e-a11d-568467739ba9'),
	('de19ae5a-f98f-5ac0-b095-9803f218c01c', 'fe.secure.delete.userSubTenants', 'Remove users from sub-tenants', 'e09264d7-2e24-5c1e-a11d-568467739ba9'),
	('361516d1-299c-5284-9ea2-30d47138757e', 'fe.account-hierarchy.read.subAccount', 'Read sub-accounts', '1f9ab60e-3092-5c7f-925f-d99db0c54fed'),
	('2d7c20e3-2a39-5bcf-853f-848d67268daf', 'fe.account-hierarchy.write.subAccount', 'Change sub-accounts', '1f9ab60e-3092-5c7f-925f-d99db0c54fed'),
	('4282111c-ef17-58dc-8da5-1bc9bec52c50', 'fe.account-hierarchy.write.subAccountAccess', 'Change access to sub-accounts', '1f9ab60e-3092-5c7f-925f-d99db0c54fed'),
	('4e010c70-03e8-5c7f-b614-5dcff62798ac', 'fe.account-hierarchy.write.subAccountManagement', 'Change the management of sub-accounts', '1f9ab60e-3092-5c7f-925f-d99db0c54fed'),
	('e63e48d1-9d4d-515a-8810-b78f7afb1f8a', 'fe.account-hierarchy.delete.subAccount', 'Delete sub-accounts', '1f9ab60e-3092-5c7f-925f-d99db0c54fed'),
	('c270bf86-f71a-5877-bec5-48a3e65270bd', 'fe.account-settings.delete.account', 'Delete the account', '2ebda28e-3112-5758-ab13-d016017b11a5'),
	('5cb9eabf-12c4-548a-83f2-522ad9d43a61', 'fe.account-settings.read.app', 'Read applications', '2ebda28e-3112-5758-ab13-d016017b11a5'),
	('6bd4f281-a89b-5dee-97cf-c21da705286c', 'fe.account-settings.write.custom-login-box', 'Change the login box', '2ebda28e-3112-5758-ab13-d016017b11a5'),
	('6bb736ff-45df-5d06-810e-6e60ec414075', 'fe.connectivity.*', 'All connectivity settings', '207509ea-6320-5447-b804-f596e41ecb6e'),
	('29e46526-f4fc-51c2-abe1-4df765a7baff', 'fe.connectivity.read.*', 'Read connectivity settings', '207509ea-6320-5447-b804-f596e41ecb6e'),
	('5d29f4f7-66b6-5be9-9cd4-2033784ef9ac', 'fe.connectivity.write.*', 'Change connectivity settings', '207509ea-6320-5447-b804-f596e41ecb6e'),
	('a0b6066c-f24b-5605-8580-3be50a057d70', 'fe.connectivity.delete.*', 'Delete connectivity settings', '207509ea-6320-5447-b804-f596e41ecb6e'),
	('05647ae6-9d3f-556b-b790-c6aa0460afcd', 'fe.subscriptions.*', 'All subscriptions', '3df24e02-1c13-5966-9bfc-866e1529096a'),
	('4bf9adb6-8415-505d-90d7-441e72d91728', 'fe.subscriptions.read.*', 'Read subscriptions', '3df24e02-1c13-5966-9bfc-866e1529096a'),
	('fc681fea-3cd7-5306-98ae-6b00a24bc4fe', 'fe.subscriptions.write.*', 'Change subscriptions', '3df24e02-1c13-5966-9bfc-866e1529096a')
) AS v;
--> statement-breakpoint
INSERT INTO `roles` (`id`, `key`, `name`, `description`, `owner`, `is_default`, `first_user_role`, `level`, `created_at`, `updated_at`)
SELECT v.*, 'environment', 0, 0, 0, coalesce((select `created_at` from `environments` limit 1), unixepoch() * 1000), coalesce((select `created_at` from `environments` limit 1), unixepoch() * 1000)
FROM (VALUES
	('0b8a4a52-6a0c-4c55-9a3e-3f0d8f6f7a01', 'Admin', 'Admin', 'Reads and sets the security settings of the tenant'),
	('0b8a4a52-6a0c-4c55-9a3e-3f0d8f6f7a02', 'ReadOnly', 'Read Only', 'Reads the security settings of the tenant')
) AS v;
--> statement-breakpoint
INSERT INTO `role_permissions` (`role_id`, `permission_id`) VALUES
	('0b8a4a52-6a0c-4c55-9a3e-3f0d8f6f7a01', '0b8a4a52-6a0c-4c55-9a3e-3f0d8f6f7b01'),
	('0b8a4a52-6a0c-4c55-9a3e-3f0d8f6f7a01', '6bb736ff-45df-5d06-810e-6e60ec414075'),
	('0b8a4a52-6a0c-4c55-9a3e-3f0d8f6f7a02', '0b8a4a52-6a0c-4c55-9a3e-3f0d8f6f7b02'),
	('0b8a4a52-6a0c-4c55-9a3e-3f0d8f6f7a02', '29e46526-f4fc-51c2-abe1-4df765a7baff');
--> statement-breakpoint
INSERT OR IGNORE INTO `membership_roles` (`user_id`, `tenant_id`, `role_id`)
SELECT m.`user_id`, m.`tenant_id`, CASE j.`value` WHEN 'ADMIN' THEN '0b8a4a52-6a0c-4c55-9a3e-3f0d8f6f7a01' ELSE '0b8a4a52-6a0c-4c55-9a3e-3f0d8f6f7a02' END
FROM `memberships` m, json_each(m.`roles`) j WHERE j.`value` IN ('ADMIN', 'READ_ONLY');
--> statement-breakpoint
ALTER TABLE `memberships` DROP COLUMN `roles`;