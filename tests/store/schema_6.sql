-- A home of schema version 6, as it was then. Never changed: upgrades start from here.
BEGIN TRANSACTION;
CREATE TABLE arms (
	study_id TEXT NOT NULL, 
	label TEXT NOT NULL, 
	position INTEGER NOT NULL, 
	network TEXT, 
	parameters INTEGER, 
	attention_parameters INTEGER, 
	PRIMARY KEY (study_id, label), 
	FOREIGN KEY(study_id) REFERENCES studies (id) ON DELETE CASCADE
);
INSERT INTO "arms" VALUES('z3cf8u5j','none',0,NULL,NULL,NULL);
INSERT INTO "arms" VALUES('z3cf8u5j','dense',1,NULL,NULL,NULL);
INSERT INTO "arms" VALUES('z3cf8u5j','dense@samples=1000',2,NULL,NULL,NULL);
INSERT INTO "arms" VALUES('egyfz5bk','none',0,NULL,NULL,NULL);
INSERT INTO "arms" VALUES('rmkv7anm','none',0,NULL,NULL,NULL);
INSERT INTO "arms" VALUES('rmkv7anm','se',1,NULL,NULL,NULL);
CREATE TABLE epochs (
	run_id INTEGER NOT NULL, 
	epoch INTEGER NOT NULL, 
	loss FLOAT, 
	accuracy FLOAT, 
	val_loss FLOAT, 
	val_accuracy FLOAT, 
	seconds FLOAT, 
	extra_metrics TEXT, 
	PRIMARY KEY (run_id, epoch), 
	FOREIGN KEY(run_id) REFERENCES runs (id) ON DELETE CASCADE
);
CREATE TABLE runs (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	study_id TEXT NOT NULL, 
	arm TEXT NOT NULL, 
	seed INTEGER NOT NULL, 
	status TEXT NOT NULL, 
	epoch INTEGER NOT NULL, 
	kept_epoch INTEGER, 
	started_at FLOAT, 
	finished_at FLOAT, 
	seconds FLOAT, 
	error TEXT, 
	tested TEXT, 
	CHECK (status IN ('queued', 'running', 'finished', 'failed', 'stopped', 'interrupted')), 
	UNIQUE (study_id, arm, seed), 
	FOREIGN KEY(study_id) REFERENCES studies (id) ON DELETE CASCADE
);
INSERT INTO "runs" VALUES(1,'z3cf8u5j','none',0,'queued',0,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "runs" VALUES(2,'z3cf8u5j','none',1,'queued',0,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "runs" VALUES(3,'z3cf8u5j','dense',0,'queued',0,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "runs" VALUES(4,'z3cf8u5j','dense',1,'queued',0,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "runs" VALUES(5,'z3cf8u5j','dense@samples=1000',0,'queued',0,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "runs" VALUES(6,'z3cf8u5j','dense@samples=1000',1,'queued',0,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "runs" VALUES(7,'egyfz5bk','none',2,'queued',0,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "runs" VALUES(8,'egyfz5bk','none',3,'queued',0,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "runs" VALUES(9,'rmkv7anm','none',0,'queued',0,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "runs" VALUES(10,'rmkv7anm','none',1,'queued',0,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "runs" VALUES(11,'rmkv7anm','se',0,'queued',0,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "runs" VALUES(12,'rmkv7anm','se',1,'queued',0,NULL,NULL,NULL,NULL,NULL,NULL);
CREATE TABLE studies (
	id TEXT NOT NULL, 
	name TEXT NOT NULL, 
	note TEXT NOT NULL, 
	spec TEXT NOT NULL, 
	spec_hash TEXT NOT NULL, 
	status TEXT NOT NULL, 
	example BOOLEAN NOT NULL, 
	created_at FLOAT NOT NULL, 
	started_at FLOAT, 
	finished_at FLOAT, 
	owner_host TEXT, 
	owner_pid INTEGER, 
	owner_started FLOAT, 
	heartbeat_at FLOAT NOT NULL, 
	activity TEXT NOT NULL, 
	stop_requested BOOLEAN NOT NULL, 
	paused BOOLEAN DEFAULT 0 NOT NULL, 
	revision INTEGER NOT NULL, 
	PRIMARY KEY (id), 
	CHECK (status IN ('queued', 'running', 'finished', 'failed', 'stopped', 'interrupted'))
);
INSERT INTO "studies" VALUES('z3cf8u5j','features','','{"arms":[{"label":"none","module":"none"},{"activation":"relu","depth":0,"label":"dense","module":"dense"},{"activation":"relu","depth":0,"label":"dense@samples=1000","module":"dense","set":{"samples":1000}}],"judging":{"last":5,"metric":"val_accuracy","most_seeds":0,"score":"final"},"looks":[],"prediction":null,"reference":"none","seeds":[0,1],"task":{"classes":5,"features":32,"imbalance":1,"label_noise":0.0,"name":"planted-features","planted":1,"samples":500},"training":{"batch_size":64,"epochs":2,"learning_rate":0.001,"module_stream":0,"momentum":0.9,"optimizer":"adam","patience":0,"schedule":"constant","step_epochs":10,"step_factor":0.5,"weight_decay":0.004}}','41fca761711f9503','queued',0,1.79595553392898201949e+09,NULL,NULL,NULL,NULL,NULL,1.79595553392898201949e+09,'',0,0,0);
INSERT INTO "studies" VALUES('egyfz5bk','text','','{"arms":[{"label":"none","module":"none"}],"judging":{"last":5,"metric":"val_accuracy","most_seeds":0,"score":"best"},"looks":[],"prediction":null,"reference":"none","seeds":[2,3],"task":{"classes":5,"encoder":"words","imbalance":1,"keywords":1,"label_noise":0.0,"length":40,"name":"keyword-text","samples":3000,"units":32},"training":{"batch_size":64,"epochs":15,"learning_rate":0.01,"module_stream":0,"momentum":0.9,"optimizer":"adam","patience":15,"schedule":"constant","step_epochs":10,"step_factor":0.5,"weight_decay":0.004}}','1f5541a61d4203d6','queued',0,1795955533.93508,NULL,NULL,NULL,NULL,NULL,1795955533.93508,'',0,0,0);
INSERT INTO "studies" VALUES('rmkv7anm','digits','','{"arms":[{"label":"none","module":"none"},{"activation":"relu","bias":true,"gate":"sigmoid","label":"se","module":"se","ratio":16,"squeeze":"avg"}],"judging":{"last":5,"metric":"val_accuracy","most_seeds":0,"score":"final"},"looks":[],"prediction":null,"reference":"none","seeds":[0,1],"task":{"backbone":"cnn","blocks":2,"classes":10,"dropout":0.2,"head":64,"imbalance":1,"label_noise":0.0,"name":"digits","where":"standard","width":16},"training":{"batch_size":32,"epochs":8,"learning_rate":0.002,"module_stream":0,"momentum":0.9,"optimizer":"adam","patience":0,"schedule":"constant","step_epochs":10,"step_factor":0.5,"weight_decay":0.004}}','fe54666a238b4408','queued',0,1.79595553393683838843e+09,NULL,NULL,NULL,NULL,NULL,1.79595553393683838843e+09,'',0,0,0);
CREATE TABLE traces (
	run_id INTEGER NOT NULL, 
	epoch INTEGER NOT NULL, 
	axis TEXT NOT NULL, 
	kind TEXT NOT NULL, 
	shape TEXT NOT NULL, 
	weights BLOB NOT NULL, 
	measures TEXT, 
	PRIMARY KEY (run_id, epoch, axis), 
	FOREIGN KEY(run_id) REFERENCES runs (id) ON DELETE CASCADE
);
CREATE INDEX studies_by_status ON studies (status);
COMMIT;
PRAGMA user_version = 6;
