using System.Collections.Concurrent;
using Grimoire.Accounts;
using Grimoire.Functions.Security;
using Grimoire.Functions.Tests.Support;
using Microsoft.Extensions.Logging;

namespace Grimoire.Functions.Tests.Security;

public sealed class FirstKeyTests
{
    static readonly CancellationToken None = CancellationToken.None;

    readonly MemoryObjects _objects = new();
    readonly SetTime _time = new();
    readonly Lines _lines = new();

    [Fact]
    public async Task The_first_start_makes_a_key_of_an_admin_of_main_and_shows_it_once()
    {
        await StartAsync();
        await StartAsync();

        var line = Assert.Single(_lines.All);
        Assert.Contains("shown once", line, StringComparison.Ordinal);
        var key = ApiKey.Parse(line.Split(' ').Single(word => word.StartsWith("grm_", StringComparison.Ordinal)))!;
        var account = await new AccountStore(_objects, _time).OfKeyAsync(key.Id, None);
        Assert.Equal((Account.Operators, Role.Admin), (account?.Name, account?.Find(key.Id)?.Role));
        Assert.True(key.Matches(account!.Find(key.Id)!.Hash));
    }

    [Fact]
    public async Task Of_processes_that_start_together_one_makes_it()
    {
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => StartAsync())));

        Assert.Single(_lines.All);
        Assert.Single((await new AccountStore(_objects, _time).FindAsync(Account.Operators, None))!.Keys);
    }

    [Fact]
    public async Task Where_the_last_admin_has_expired_the_next_start_makes_another_key()
    {
        await StartAsync();
        var store = new AccountStore(_objects, _time);
        await store.ChangeAsync(Account.Operators, stored => (stored!.With(stored.Keys[0] with { ExpiresAt = _time.Now.AddDays(1) }, _time.Now), true), None);
        _time.Now += TimeSpan.FromDays(2);

        await StartAsync();

        Assert.Equal(2, _lines.All.Count);
        Assert.Equal([KeyStatus.Expired, KeyStatus.Valid], (await store.FindAsync(Account.Operators, None))!.Keys.Select(key => key.StatusAt(_time.Now)));
    }

    [Fact]
    public async Task A_start_that_dies_before_it_has_shown_the_key_locks_nobody_out()
    {
        _lines.Fails = true;
        await Assert.ThrowsAsync<IOException>(() => StartAsync());
        _lines.Fails = false;
        _time.Now += TimeSpan.FromMinutes(1);

        await StartAsync();
        await StartAsync();

        Assert.Single(_lines.All);
        _time.Now += TimeSpan.FromDays(1_000);
        Assert.Equal([KeyStatus.Expired, KeyStatus.Valid], (await new AccountStore(_objects, _time).FindAsync(Account.Operators, None))!.Keys.Select(key => key.StatusAt(_time.Now)));
    }

    [Fact]
    public async Task Without_keys_none_is_made_and_a_line_warns_of_it()
    {
        await StartAsync(KeyUse.Off);

        Assert.Contains("Security:Keys is off", Assert.Single(_lines.All), StringComparison.Ordinal);
        Assert.Empty(_objects.Names);
    }

    Task StartAsync(KeyUse use = KeyUse.Required) => new FirstKey(new SecurityOptions(use), new AccountStore(_objects, _time), _time, _lines).StartAsync(None);

    sealed class Lines : ILogger<FirstKey>
    {
        public ConcurrentQueue<string> All { get; } = new();

        public bool Fails { get; set; }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (Fails)
            {
                throw new IOException("Nobody reads it.");
            }

            All.Enqueue(formatter(state, exception));
        }
    }
}
