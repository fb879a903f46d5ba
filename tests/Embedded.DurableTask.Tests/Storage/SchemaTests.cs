using Embedded.DurableTask.Store;
using Embedded.DurableTask.Tests.Support;

namespace Embedded.DurableTask.Tests.Storage;

/// <summary>A file is brought to this version's schema, or refused with a reason and left as it is.</summary>
public sealed class SchemaTests : IDisposable
{
    readonly TestStore _store = new();

    public void Dispose() => _store.Dispose();

    [Fact]
    public void An_empty_file_becomes_a_hub_of_the_current_version()
    {
        File.WriteAllBytes(_store.Path, []);

        Assert.Equal(Schema.Current, _store.File.Readers.Read(reader => reader.Scalar("PRAGMA user_version")));
        Assert.Equal(0, _store.Count("instances"));
    }

    [Fact]
    public async Task A_file_is_opened_again_with_what_is_in_it_and_never_gives_out_a_number_twice()
    {
        await _store.InsertAsync([TestStore.Row(_store.File.NextId())]);
        long last = _store.File.NextId();
        _store.Close();

        Assert.Equal(1, _store.Count("instances"));
        Assert.True(_store.File.NextId() > last);
    }

    [Fact]
    public void A_newer_file_is_refused_by_both_versions_and_left_alone()
    {
        Assert.NotNull(_store.File);
        _store.Tamper("PRAGMA user_version = 1000");

        string message = Refusal();

        Assert.Contains($"'{_store.Path}' was written by a newer version (schema 1000; this version reads up to {Schema.Current})", message, StringComparison.Ordinal);
        using SqliteConnection connection = SqliteConnection.Open(_store.Path, readOnly: true);
        Assert.Equal(1000, connection.ExecuteScalar("PRAGMA user_version"));
    }

    [Fact]
    public async Task A_refused_file_is_not_kept_locked()
    {
        await _store.InsertAsync([TestStore.Row(1)]);
        _store.Tamper("PRAGMA user_version = 1000");
        Refusal();
        _store.Tamper($"PRAGMA user_version = {Schema.Current}");

        Assert.Equal(1, _store.Count("instances"));
    }

    [Fact]
    public void A_file_of_something_else_is_refused_by_name()
    {
        File.WriteAllText(_store.Path, string.Concat(Enumerable.Repeat("Dear diary, this is no database. ", 400)));

        Assert.Contains($"'{_store.Path}' is not a task hub file, or it is damaged", Refusal(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_damaged_file_is_refused_by_name()
    {
        await _store.InsertAsync(Enumerable.Range(1, 500).Select(n => TestStore.Row(n)));
        _store.Close();
        byte[] bytes = await File.ReadAllBytesAsync(_store.Path);
        new Random(1).NextBytes(bytes.AsSpan(100, 4_000));
        await File.WriteAllBytesAsync(_store.Path, bytes);

        Assert.Contains($"'{_store.Path}' is not a task hub file, or it is damaged", Refusal(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_cut_in_half_is_refused_by_name()
    {
        await _store.InsertAsync(Enumerable.Range(1, 500).Select(n => TestStore.Row(n)));
        _store.Close();
        using (FileStream file = File.OpenWrite(_store.Path))
        {
            file.SetLength(4096);
        }

        Assert.Contains($"'{_store.Path}' is not a task hub file, or it is damaged", Refusal(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_database_of_another_app_is_refused_and_left_as_it_is()
    {
        using (SqliteConnection connection = SqliteConnection.Open(_store.Path, readOnly: false))
        {
            connection.Execute("CREATE TABLE instances(recipe TEXT); INSERT INTO instances VALUES('cake')");
        }

        Assert.Contains($"'{_store.Path}'", Refusal(), StringComparison.Ordinal);
        using SqliteConnection after = SqliteConnection.Open(_store.Path, readOnly: true);
        Assert.Equal(1, after.ExecuteScalar("SELECT COUNT(*) FROM instances WHERE recipe = 'cake'"));
        Assert.Equal(1, after.ExecuteScalar("SELECT COUNT(*) FROM sqlite_master"));
    }

    [Fact]
    public void A_file_in_use_is_refused_by_name()
    {
        Assert.NotNull(_store.File);

        var refusal = Assert.Throws<InvalidOperationException>(() => StoreFile.Open(_store.Path, relaxed: true, faults: null));

        Assert.Contains($"'{_store.Path}' is in use by another process", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(0, _store.Count("instances"));
    }

    [Fact]
    public async Task A_host_on_a_newer_file_does_not_start()
    {
        await using TestHost host = await TestHost.StartAsync(_ => { });
        await host.StopAsync();
        using (SqliteConnection connection = SqliteConnection.Open(host.File, readOnly: false))
        {
            connection.Execute("PRAGMA user_version = 7");
        }

        var refusal = await Assert.ThrowsAsync<InvalidOperationException>(() => host.StartAgainAsync(new TestHostSetup()));

        Assert.Contains("newer version (schema 7", refusal.Message, StringComparison.Ordinal);
    }

    string Refusal() => Assert.Throws<InvalidOperationException>(() => _store.File).Message;
}
