-- A database as a broker of this schema left it.
BEGIN TRANSACTION;
CREATE TABLE _sqlx_migrations (
    version BIGINT PRIMARY KEY,
    description TEXT NOT NULL,
    installed_on TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
    success BOOLEAN NOT NULL,
    checksum BLOB NOT NULL,
    execution_time BIGINT NOT NULL
);
INSERT INTO "_sqlx_migrations" VALUES(1,'log','2026-11-24 19:52:58',1,X'545D89C183088D8C351136C275E1385C9BD10DEC38AD327C52DBBC0516EA0EA4815C82C90E0F1A1842AB55498EF1DD16',2681257);
CREATE TABLE log (
    seq BIGINT PRIMARY KEY,
    at BIGINT NOT NULL,
    actor TEXT NOT NULL,
    event TEXT NOT NULL
);
INSERT INTO "log" VALUES(1,1795549979664,'anonymous','{"event":"pacticipant_created","name":"Consumer"}');
INSERT INTO "log" VALUES(2,1795549979664,'anonymous','{"event":"version_created","pacticipant":"Consumer","number":"1"}');
INSERT INTO "log" VALUES(3,1795549979664,'anonymous','{"event":"branch_version_added","pacticipant":"Consumer","branch":"main","number":"1","by_rule":false}');
INSERT INTO "log" VALUES(4,1795549979664,'anonymous','{"event":"pacticipant_described","name":"Consumer","display_name":null,"main_branch":"main","repository_url":null,"repository_name":null,"repository_namespace":null}');
INSERT INTO "log" VALUES(5,1795549979664,'anonymous','{"event":"pacticipant_created","name":"Provider"}');
INSERT INTO "log" VALUES(6,1795549979664,'anonymous','{"event":"pact_published","consumer":"Consumer","number":"1","provider":"Provider","sha":"fb1a660db7175386cd863d6cdb748437411ec5dc","body":"2bbc9e87e0ddba5e2a1830e798c8bbf85ed95cd32cae18da628767e596070756"}');
INSERT INTO "log" VALUES(7,1795549979666,'anonymous','{"event":"version_created","pacticipant":"Provider","number":"p1"}');
INSERT INTO "log" VALUES(8,1795549979666,'anonymous','{"event":"verification_published","consumer":"Consumer","provider":"Provider","sha":"fb1a660db7175386cd863d6cdb748437411ec5dc","number":1,"success":true,"provider_version":"p1","build_url":null,"executed_at":null,"body":"219ce4f62aec98046fb30ae833f62b939293b2dd0a37580fc7d22ec0ba7b7a38","tested":0,"failed":0,"implementation":null,"wip":false}');
CREATE TABLE texts (
    name TEXT PRIMARY KEY,
    body TEXT NOT NULL
);
INSERT INTO "texts" VALUES('2bbc9e87e0ddba5e2a1830e798c8bbf85ed95cd32cae18da628767e596070756','{"consumer":{"name":"Consumer"},"provider":{"name":"Provider"},"interactions":[{"description":"left","request":{"method":"GET","path":"/"},"response":{"status":200}}],"metadata":{"pactSpecification":{"version":"3.0.0"}}}');
INSERT INTO "texts" VALUES('219ce4f62aec98046fb30ae833f62b939293b2dd0a37580fc7d22ec0ba7b7a38','{"success":true,"providerApplicationVersion":"p1","testResults":[]}');
COMMIT;
