using Grimoire.Accounts;
using Grimoire.Casts;
using Grimoire.Functions.Storage;
using Grimoire.Functions.Tests.Support;
using Grimoire.Functions.Tests.Tools.Support;
using Grimoire.Spells;

namespace Grimoire.Functions.Tests.Storage;

/// <summary>What was used is read as it was written, by this process at once, and little by little.</summary>
[Trait("Row", "UX06")]
public sealed class UsageBookTests
{
    static readonly CancellationToken None = CancellationToken.None;

    readonly ManualTime _time = new(new DateTimeOffset(2030, 1, 31, 23, 59, 50, TimeSpan.Zero));
    readonly FaultyObjects _objects = new(new MemoryObjects());
    readonly UsageLog _log;
    readonly UsageBook _book;

    public UsageBookTests()
    {
        _log = NewLog();
        _book = new UsageBook(_objects, _log, _time);
    }

    [Fact]
    public async Task The_day_and_the_month_end_at_midnight_of_utc()
    {
        await PayAsync(_log, 1, 0.5m);
        _time.Advance(TimeSpan.FromSeconds(5));
        await PayAsync(_log, 2, 0.25m);
        var before = await _book.SpentAsync("acme", None);
        _time.Advance(TimeSpan.FromSeconds(5));
        var after = await _book.SpentAsync("acme", None);
        await PayAsync(_log, 3, 1m);
        _time.Advance(TimeSpan.FromDays(1));
        var later = await _book.SpentAsync("acme", None);

        Assert.Equal((0.75m, 0.75m), before);
        Assert.Equal((0, 0), after);
        Assert.Equal((0, 1m), later);
        Assert.Equal((0, 0), await _book.SpentAsync("other", None));
    }

    [Fact]
    public async Task A_look_costs_one_small_read_at_most_and_what_this_process_has_written_is_seen_at_once()
    {
        _time.Advance(TimeSpan.FromDays(1) + TimeSpan.FromSeconds(10));
        await PayAsync(_log, 1, 0.5m);
        await _book.SpentAsync("acme", None);
        var before = _objects.Count(pattern: "usage/*");

        await PayAsync(_log, 2, 0.5m);
        Assert.Equal((1m, 1m), await _book.SpentAsync("acme", None));
        Assert.Equal((1m, 1m), await _book.SpentAsync("acme", None));

        // The addition, and what it has added.
        Assert.Equal(2, _objects.Count(pattern: "usage/*") - before);
    }

    [Fact]
    public async Task What_another_process_has_written_is_seen_after_a_second()
    {
        await PayAsync(_log, 1, 0.5m);
        await _book.SpentAsync("acme", None);
        await PayAsync(NewLog(), 2, 0.5m);

        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(1m, (await _book.SpentAsync("acme", None)).Day);
    }

    [Fact]
    public async Task Half_a_line_is_read_when_it_is_whole()
    {
        await _objects.AppendAsync("usage/acme/2030-01-31.jsonl", "{\"id\":\"a\",\"at\":\"2030-01-31T10:00:00Z\",\"spell\":\"s\",\"tool\":\"t\",\"costUsd\":1}\nno json\n"u8.ToArray(), None);
        Assert.Equal(1m, (await _book.SpentAsync("acme", None)).Day);
        await PayAsync(_log, 1, 0.5m);

        Assert.Equal(1.5m, (await _book.SpentAsync("acme", None)).Day);
    }

    [Fact]
    public async Task A_cast_tells_its_attempts_by_tool_and_a_sub_cast_tells_them_for_the_spell_that_was_asked_for()
    {
        var casts = new CastStore(_objects);
        var outer = Manifest("outer", null);
        var inner = Manifest("inner", new CastParent(outer.CastId, "a", null, 1, 1));
        await casts.CreateAsync(outer, None);
        await casts.CreateAsync(inner, None);
        var attempts = new Dictionary<string, int> { ["a"] = 3, ["b"] = 1, ["gone"] = 7 };

        await _log.TellAsync(inner, new CastOutcome { Status = CastStatus.Failed }, _time.GetUtcNow(), attempts, None);
        await _log.TellAsync(outer, new CastOutcome { Status = CastStatus.Completed, EndedAt = _time.GetUtcNow() }, _time.GetUtcNow().AddDays(1), new Dictionary<string, int>(), None);

        Assert.Equal(
            [new UsageRow("outer", null, new UsageSum { Completed = 1 }), new UsageRow("outer", "draw", new UsageSum { Attempts = 4 })],
            (await _book.DayAsync("acme", new DateOnly(2030, 1, 31), None)).OrderBy(row => row.Tool, StringComparer.Ordinal));
    }

    UsageLog NewLog() => new(_objects, new CastStore(_objects));

    Task PayAsync(UsageLog log, int attempt, decimal costUsd) => log.TellAsync(
        new AttemptRecord
        {
            CastId = "acme-0000000000000000001",
            Step = "a",
            Attempt = attempt,
            Tool = "draw",
            Status = AttemptStatus.Succeeded,
            IdempotencyKey = $"acme-0000000000000000001.a.{attempt}",
            StartedAt = _time.GetUtcNow(),
            EndedAt = _time.GetUtcNow(),
            CostUsd = costUsd,
        },
        None);

    static CastManifest Manifest(string slug, CastParent? parent) => new()
    {
        CastId = parent is null ? "acme-0000000000000000001" : "acme-0000000000000000001~a.1",
        Account = "acme",
        Spell = new Spell { Slug = slug, Steps = [new Step { Id = "a", Tool = "Draw" }, new Step { Id = "b", Tool = "Draw" }] },
        Tools = new Dictionary<string, Grimoire.Tools.ToolDefinition> { ["Draw"] = new() { Id = "draw", Kind = "http" } },
        Inputs = [],
        CreatedAt = DateTimeOffset.UnixEpoch,
        Parent = parent,
    };
}
