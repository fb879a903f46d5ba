using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Grimoire.Casts;
using Grimoire.Functions.Orchestrations;
using Grimoire.Functions.Tests.Orchestrations.Support;
using Microsoft.DurableTask.Converters;

namespace Grimoire.Functions.Tests.Orchestrations;

/// <summary>The custom status: right, and small whatever the spell.</summary>
public sealed class CastReportTests
{
    const int MaxBytes = 16 * 1024;

    [Theory]
    [InlineData("\U0001F9D9")]
    [InlineData("é")]
    [InlineData("\"")]
    [InlineData("\u0001")]
    [InlineData("x")]
    public async Task It_is_never_longer_than_every_backend_takes(string letter)
    {
        var name = string.Concat(Enumerable.Repeat(letter, 200));
        var steps = Enumerable.Range(0, 500).Select(i => Planned.Step($"{new string('s', 60)}{i}") with { Name = name, Retry = Planned.Retry with { MaxAttempts = 2 } }).ToArray();
        var script = new Script(Planned.Graph(steps) with { Slug = new string('g', 64) })
        {
            Tool = _ => new AttemptOutcome
            {
                Failure = new Failure
                {
                    Code = string.Concat(Enumerable.Repeat(letter, 200)),
                    Message = string.Concat(Enumerable.Repeat(letter, 1000)),
                    Phase = Phase.Execute,
                    Transient = true,
                },
                CostUsd = 0.123456789m,
            },
        };
        var cast = new SimulatedCast(script) { Takes = (_, _) => TimeSpan.FromSeconds(1) };

        await cast.RunAsync();

        Assert.NotEmpty(cast.Reports);
        foreach (var text in cast.Reports.SelectMany(report => new[] { JsonDataConverter.Default.Serialize(report)!, JsonSerializer.Serialize(report, DomainJson.Options) }))
        {
            Assert.True(Encoding.Unicode.GetByteCount(text) <= MaxBytes, $"{text.Length} characters: {text[..200]}");
            Assert.True(Encoding.UTF8.GetByteCount(text) <= MaxBytes, $"{text.Length} characters: {text[..200]}");
        }
    }

    [Fact]
    public async Task A_name_is_not_cut_through_a_character()
    {
        var script = new Script(Planned.Sequence(Planned.Step("a") with { Name = "x" + string.Concat(Enumerable.Repeat("\U0001F9D9", 100)) }));
        var cast = new SimulatedCast(script);

        await cast.RunAsync();

        var name = cast.Reports[0].Running[0].Name!;
        Assert.EndsWith("\U0001F9D9…", name, StringComparison.Ordinal);
        Assert.True(name.Length <= 61);
    }

    [Fact]
    public async Task It_says_how_far_the_cast_is_what_runs_and_what_that_waits_for()
    {
        var script = new Script(Planned.Sequence(Planned.Step("a"), Planned.Step("b") with { Name = "Second" }, Planned.Step("c")))
        {
            Tool = order => order is { Step: "b", Attempt: 1 } ? Script.Failed(transient: true) with { CostUsd = 0.5m } : Script.Done(order),
        };
        var cast = new SimulatedCast(script);

        await cast.RunAsync();

        var waits = cast.Reports.First(report => report.Running.Any(step => step.WaitsUntil is not null));
        Assert.Equal(("sample", 3, "1 of 3", CastStatus.Running, 0.5m), (waits.Spell, waits.Version, waits.Steps, waits.State, waits.CostUsd));
        Assert.Equal(new RunningStep("b", "Second", "2 of 3", 1, Script.Now.AddSeconds(2), Script.Now, WaitReason.Retry), Assert.Single(waits.Running));
        var again = cast.Reports.First(report => report.Running.Any(step => step.Attempt == 2));
        Assert.Equal(new RunningStep("b", "Second", "2 of 3", 2, Since: Script.Now), Assert.Single(again.Running));
        Assert.Equal(("3 of 3", CastStatus.Completed), (cast.Reports[^1].Steps, cast.Reports[^1].State));
        Assert.Empty(cast.Reports[^1].Running);
        Assert.Null(cast.Reports[^1].NeedsReconciliation);
    }

    [Theory]
    [InlineData("sequence")]
    [InlineData("graph")]
    [InlineData("dense")]
    [InlineData("handlers")]
    [InlineData("forEach")]
    public async Task Ten_times_the_steps_take_not_much_more_than_ten_times_as_long(string shape)
    {
        await TimeAsync(shape, 50);
        var few = await TimeAsync(shape, 50);
        var many = await TimeAsync(shape, 500);

        // Quadratic work that matters would be a hundred times as long; a floor keeps the clock's noise out.
        var most = (few + TimeSpan.FromMilliseconds(60)) * 40;
        for (var again = 0; again < 2 && many >= most; again++)
        {
            // The machine may have been busy with something else, but hardly each time.
            many = await TimeAsync(shape, 500);
        }

        Assert.True(many < most, $"50 steps took {few.TotalMilliseconds:F1} ms, 500 took {many.TotalMilliseconds:F1} ms.");
    }

    static async Task<TimeSpan> TimeAsync(string shape, int steps)
    {
        var script = new Script(Shaped(shape, steps)) { Decide = _ => new StepDecision(true, steps * 2), Tool = order => order.Step[0] == 'f' ? Script.Failed() : Script.Done(order) };
        var cast = new SimulatedCast(script);
        var watch = Stopwatch.StartNew();

        var (outcome, _) = await cast.RunAsync();

        Assert.Equal(CastStatus.Completed, outcome?.Status);
        return watch.Elapsed;
    }

    static CastPlan Shaped(string shape, int count)
    {
        var ids = Enumerable.Range(0, count).Select(i => $"s{i}").ToArray();
        return shape switch
        {
            "sequence" => Planned.Sequence([.. ids.Select(id => Planned.Step(id))]),
            "graph" => Planned.Graph([.. ids.Select(id => Planned.Step(id))]),
            "dense" => Planned.Graph([.. ids.Select((id, i) => Planned.Step(id, ids[..i]) with { Uses = [] })]),
            "handlers" => Planned.Sequence([.. ids.Select((id, i) => i % 2 == 0
                ? Planned.Step($"f{i}") with { Catch = [new PlannedCatch(["*"], $"s{i + 1}")] }
                : Planned.Step(id) with { IsHandler = true })]),
            _ => Planned.Sequence(Planned.ForEach("each", 50)),
        };
    }
}
