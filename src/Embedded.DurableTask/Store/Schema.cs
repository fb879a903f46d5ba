namespace Embedded.DurableTask.Store;

/// <summary>
/// The tables, and the steps that bring an older file to the newest version. A file written by a newer version is refused.
/// <code>
/// instances  one row per orchestration instance: what a person asks about
/// inputs     the inputs that are too long to be rewritten with every change of their row
/// history    one row per turn of an execution: what reached the orchestrator in it and what it asked for
/// timers     what must fire, and when; read once, at start
/// inbox      messages that were accepted and not yet taken in by their instance or entity
/// entities   entity states
/// tags       instance tags, by name and value
/// </code>
/// </summary>
internal static class Schema
{
    const string Version1 = """
        CREATE TABLE meta(name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
        INSERT INTO meta VALUES('epoch', 0);
        CREATE TABLE instances(
            key INTEGER PRIMARY KEY,
            id TEXT NOT NULL,
            execution INTEGER NOT NULL,
            status INTEGER NOT NULL,
            busy INTEGER NOT NULL,
            created INTEGER NOT NULL,
            updated INTEGER NOT NULL,
            start_at INTEGER,
            name TEXT NOT NULL,
            version TEXT NOT NULL,
            parent_id TEXT,
            parent_name TEXT,
            parent_execution INTEGER,
            parent_task INTEGER,
            trace TEXT,
            tags TEXT,
            failure BLOB,
            custom_status TEXT,
            output TEXT,
            input TEXT);
        CREATE TABLE inputs(key INTEGER PRIMARY KEY, data TEXT NOT NULL);
        CREATE UNIQUE INDEX instances_id ON instances(id);
        CREATE INDEX instances_status ON instances(status);
        CREATE INDEX instances_created ON instances(created);
        CREATE INDEX instances_updated ON instances(updated);
        CREATE INDEX instances_name ON instances(name);
        CREATE INDEX instances_parent ON instances(parent_id) WHERE parent_id IS NOT NULL;
        CREATE INDEX instances_busy ON instances(busy) WHERE busy = 1;
        CREATE TABLE history(
            execution INTEGER NOT NULL,
            turn INTEGER NOT NULL,
            data BLOB NOT NULL,
            PRIMARY KEY(execution, turn)) WITHOUT ROWID;
        CREATE TABLE timers(
            execution INTEGER NOT NULL,
            task INTEGER NOT NULL,
            due INTEGER NOT NULL,
            instance TEXT NOT NULL,
            PRIMARY KEY(execution, task)) WITHOUT ROWID;
        CREATE TABLE inbox(
            seq INTEGER PRIMARY KEY,
            target TEXT NOT NULL,
            due INTEGER,
            data BLOB NOT NULL);
        CREATE INDEX inbox_target ON inbox(target);
        CREATE TABLE entities(
            id TEXT PRIMARY KEY,
            modified INTEGER NOT NULL,
            locked_by TEXT,
            locked_execution INTEGER,
            state TEXT) WITHOUT ROWID;
        CREATE INDEX entities_locked ON entities(locked_by) WHERE locked_by IS NOT NULL;
        CREATE TABLE tags(
            name TEXT NOT NULL,
            value TEXT NOT NULL,
            key INTEGER NOT NULL,
            PRIMARY KEY(name, value, key)) WITHOUT ROWID;
        CREATE INDEX tags_key ON tags(key);
        """;

    static readonly string[] Steps = [Version1];

    /// <summary>The version that this code writes.</summary>
    public static int Current => Steps.Length;

    public static void Migrate(SqliteConnection connection)
    {
        long found = connection.ExecuteScalar("PRAGMA user_version");
        if (found > Current)
        {
            throw new InvalidOperationException(
                $"'{connection.File}' was written by a newer version (schema {found}; this version reads up to {Current}). "
                + "Run the newer version, or choose another file.");
        }

        if (found == 0 && connection.ExecuteScalar("SELECT COUNT(*) FROM sqlite_master") > 0)
        {
            throw new InvalidOperationException(
                $"'{connection.File}' is a database of something else, and no task hub file. Choose another file.");
        }

        for (long version = found; version < Current; version++)
        {
            connection.Execute($"BEGIN IMMEDIATE;{Steps[version]}PRAGMA user_version = {version + 1};COMMIT;");
        }
    }
}
