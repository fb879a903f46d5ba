using System.Text.Json.Nodes;
using Grimoire.Accounts;
using Grimoire.Casts;
using Grimoire.Functions.Casting;
using Grimoire.Functions.Storage;
using Grimoire.Functions.Tests.Http.Support;
using Grimoire.Functions.Tests.Support;
using Grimoire.Functions.Tests.Tools.Support;
using Microsoft.DurableTask.Client;
using Moq;

namespace Grimoire.Functions.Tests.Casting;

/// <summary>An account that has reached a limit starts no cast, and is told which, and until when.</summary>
[Trait("Row", "KZ21")]
public sealed class CastLimitsTests
{
    readonly Starting _world = new();
    readonly ManualTime _time = new(new DateTimeOffset(2030, 2, 28, 22, 59, 58, TimeSpan.Zero));

    [Fact]
    [Trait("Row", "UX06")]
    public async Task What_was_spent_stops_the_next_cast_until_the_day_is_over()
    {
        _world.Limits = LimitsOf.Accounts(new AccountLimits { SpendPerDayUsd = 1, SpendPerMonthUsd = 10 }, _time, _world.Disk);
        await SpendAsync(0.999m);
        Assert.NotNull((await StartAsync("k1")).CastId);
        await SpendAsync(0.001m);

        var refused = (await StartAsync("k2")).Refusal;
        var repeated = await StartAsync("k1");
        _time.Advance(TimeSpan.FromHours(1));
        var tomorrow = await StartAsync("k2");

        Assert.Equal((RefusalKind.Limit, "account.spendPerDay", TimeSpan.FromHours(1)), (refused!.Kind, refused.Code, refused.RetryAfter));
        Assert.Contains("may spend 1 USD a day, and has spent 1.000.", refused.Message, StringComparison.Ordinal);
        Assert.Contains("2030-03-01T00:00:00Z", refused.Message, StringComparison.Ordinal);
        Assert.NotNull(repeated.CastId);
        Assert.True(tomorrow.IsNew);
    }

    [Fact]
    [Trait("Row", "UX06")]
    public async Task The_month_counts_before_the_day()
    {
        _world.Limits = LimitsOf.Accounts(new AccountLimits { SpendPerDayUsd = 1, SpendPerMonthUsd = 1 }, _time, _world.Disk);
        await SpendAsync(2);

        var refused = (await StartAsync("k1")).Refusal;

        Assert.Equal(("account.spendPerMonth", TimeSpan.FromSeconds(3601)), (refused!.Code, refused.RetryAfter));
        Assert.Empty(await NamesAsync("idempotency/"));
    }

    [Fact]
    [Trait("Row", "KZ18")]
    public async Task With_as_many_casts_as_may_be_in_flight_no_other_starts_and_nothing_of_it_is_left()
    {
        _world.Client.Setup(client => client.GetAllInstancesAsync(It.IsAny<OrchestrationQuery?>()))
            .Returns((OrchestrationQuery? query) => Instances.Pages(query!, [.. _world.Scheduled.Select(id => Instances.Of(OrchestrationRuntimeStatus.Running, id: id))]));
        _world.Limits = LimitsOf.Accounts(new AccountLimits { CastsInFlight = 2 }, _time);

        var started = await Task.WhenAll(Enumerable.Range(0, 16).Select(n => Task.Run(() => StartAsync($"k{n}"))));

        Assert.Equal(2, started.Count(one => one.CastId is not null));
        Assert.Equal(2, _world.Scheduled.Count);
        Assert.All(started.Where(one => one.CastId is null), one => Assert.Equal("account.castsInFlight", one.Refusal?.Code));
        Assert.Equal(2, (await NamesAsync("idempotency/")).Count);
        Assert.Equal(2, (await NamesAsync("casts/")).Count);
    }

    [Fact]
    public async Task What_another_account_uses_does_not_matter()
    {
        _world.Limits = LimitsOf.Accounts(new AccountLimits { SpendPerDayUsd = 1 }, _time, _world.Disk);
        await SpendAsync(5);

        Assert.NotNull((await _world.NewStarter().StartAsync(_world.Client.Object, Request("k1") with { Account = "other" }, default)).CastId);
    }

    Task<CastStarted> StartAsync(string key) => _world.NewStarter().StartAsync(_world.Client.Object, Request(key), default);

    static CastRequest Request(string key) =>
        new() { Account = "acme", Slug = "cover", Inputs = new JsonObject { ["artist"] = "Björk" }, IdempotencyKey = key, Fingerprint = key };

    async Task SpendAsync(decimal usd)
    {
        var id = Guid.NewGuid().ToString("N");
        await new UsageLog(_world.Disk, new CastStore(_world.Disk)).TellAsync(
            new AttemptRecord
            {
                CastId = "acme-0000000000000000001",
                Step = "a",
                Attempt = 1,
                Tool = "draw",
                Status = AttemptStatus.Succeeded,
                IdempotencyKey = id,
                StartedAt = _time.GetUtcNow(),
                EndedAt = _time.GetUtcNow(),
                CostUsd = usd,
            },
            default);

        // It is another process that has spent it.
        _time.Advance(TimeSpan.FromSeconds(1));
    }

    async Task<IReadOnlyList<string>> NamesAsync(string prefix)
    {
        var names = new List<string>();
        await foreach (var name in _world.Disk.ListAsync(prefix, after: null, default))
        {
            names.Add(name);
        }

        return names;
    }
}
