using Grimoire.Casts;
using Grimoire.Functions.Casting;
using Grimoire.Functions.Orchestrations;
using Grimoire.Functions.Retention;
using Grimoire.Functions.Storage;
using Grimoire.Functions.Tests.Activities;
using Grimoire.Functions.Tests.Http.Support;
using Grimoire.Functions.Webhooks;
using Microsoft.DurableTask.Client;

namespace Grimoire.Functions.Tests.Retention;

public sealed class OtherRulesTests
{
    static readonly TimeSpan Day = TimeSpan.FromDays(1);

    readonly World _world = new();

    [Fact]
    public async Task Usage_goes_by_the_day_in_its_name()
    {
        var today = _world.Time.GetUtcNow().Date;
        string Name(int daysAgo) => $"usage/acme/{today.AddDays(-daysAgo):yyyy-MM-dd}.jsonl";
        foreach (var daysAgo in (int[])[0, 31, 33, 400])
        {
            await _world.Disk.AppendAsync(Name(daysAgo), "{}\n"u8.ToArray(), default);
        }

        await _world.Disk.AppendAsync("usage/acme/something.jsonl", "{}\n"u8.ToArray(), default);
        var rule = new UsageRule(_world.Disk, new RetentionOptions { Usage = 32 * Day });

        var due = await DueAsync(rule, Instances.Client().Object);

        Assert.Equal([Name(400), Name(33)], due);
    }

    [Fact]
    public async Task Of_casts_that_have_ended_the_histories_go_that_only_the_engine_needs()
    {
        var old = _world.Time.GetUtcNow() - (3 * Day);
        var (ended, running) = (CastIds.New("acme", old), CastIds.New("acme", old));
        await new Journal(_world.Disk).AppendAsync(ended, [CastEvents.Ended(CastEvents.CastCompleted, old, 0)], default);
        var client = Instances.Client(
            Of(ended, nameof(CastSpell), OrchestrationRuntimeStatus.Completed, old),
            Of($"{ended}~notify-0", nameof(NotifyOfCast), OrchestrationRuntimeStatus.Completed, old),
            Of($"{ended}~one.1.poll", nameof(PollJob), OrchestrationRuntimeStatus.Completed, old),
            Of($"{ended}~two.1", nameof(CastSpell), OrchestrationRuntimeStatus.Completed, old),
            Of($"{ended}~notify-1", nameof(NotifyOfCast), OrchestrationRuntimeStatus.Completed, _world.Time.GetUtcNow()),
            Of(running, nameof(CastSpell), OrchestrationRuntimeStatus.Running, old),
            Of($"{running}~one.1.poll", nameof(PollJob), OrchestrationRuntimeStatus.Completed, old));
        var options = new RetentionOptions { Histories = Day };

        var due = await DueAsync(new HistoriesRule(Units(options), options), client.Object);

        Assert.Equal([$"{ended}~notify-0", $"{ended}~one.1.poll"], due);
    }

    [Fact]
    public async Task What_a_cast_leaves_that_goes_as_a_whole_is_not_told_twice()
    {
        var old = _world.Time.GetUtcNow() - (3 * Day);
        var ended = CastIds.New("acme", old);
        await new Journal(_world.Disk).AppendAsync(ended, [CastEvents.Ended(CastEvents.CastCompleted, old, 0)], default);
        var client = Instances.Client(
            Of(ended, nameof(CastSpell), OrchestrationRuntimeStatus.Completed, old), Of($"{ended}~notify-0", nameof(NotifyOfCast), OrchestrationRuntimeStatus.Completed, old));
        var options = new RetentionOptions { Histories = Day, Casts = Day };

        Assert.Empty(await DueAsync(new HistoriesRule(Units(options), options), client.Object));
    }

    static OrchestrationMetadata Of(string id, string name, OrchestrationRuntimeStatus status, DateTimeOffset updated) => Instances.Of(status, id: id, created: updated, updated: updated, name: name);

    RetentionUnits Units(RetentionOptions options)
    {
        var objects = _world.Disk;
        var (casts, cooks, journal, store, claims) = (new CastStore(objects), new CookStore(objects), new Journal(objects), new DeadLetterStore(objects), new IdempotencyClaims(objects));
        var letters = new DeadLetters(store, journal, _world.Time);
        var remover = new CastRemover(casts, new AttemptStore(objects), claims, letters, new RunIds(objects), objects);
        return new RetentionUnits(cooks, journal, store, new CookRemover(objects, cooks, remover, store, letters, claims, _world.Time), objects, options, _world.Time);
    }

    async Task<IReadOnlyList<string>> DueAsync(IRetentionRule rule, DurableTaskClient client)
    {
        var due = new List<string>();
        await foreach (var seen in rule.LookAsync(client, _world.Time.GetUtcNow() - rule.Keep!.Value, after: null, default))
        {
            due.AddRange(seen.Due.Select(one => one.Name));
        }

        return due;
    }
}
