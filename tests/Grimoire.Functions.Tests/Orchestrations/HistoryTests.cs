using System.Text.Json.Nodes;
using Grimoire.Casts;
using Grimoire.Functions.Orchestrations;
using Grimoire.Functions.Tests.Orchestrations.Support;

namespace Grimoire.Functions.Tests.Orchestrations;

/// <summary>
/// Casts that run while the app is replaced go on with the new code, so it has to do again what the old code did. The histories beside this file were
/// recorded by earlier code; <c>RECORD_HISTORIES=1 dotnet test --filter "HistoryTests|CookRunTests"</c> records those that are missing (docs/decisions/0006).
/// </summary>
[Trait("Row", "UX15")]
public sealed class HistoryTests
{
    public static TheoryData<string> Files => [.. Directory.GetFiles(RecordedHistory.Folder, "*.json").Select(file => Path.GetFileName(file)!).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Files))]
    public async Task Todays_code_does_again_what_was_recorded(string file)
    {
        var history = RecordedHistory.Read(Path.Combine(RecordedHistory.Folder, file));

        await (history.Orchestration switch
        {
            nameof(CastSpell) => HistoryReplay.CheckAsync(history, CastSpell.RunAsync),
            nameof(PollJob) => HistoryReplay.CheckAsync(history, PollJob.RunAsync),
            nameof(CookSpells) => HistoryReplay.CheckAsync(history, CookSpells.RunAsync),
            _ => throw new InvalidOperationException($"Nobody knows '{history.Orchestration}'."),
        });
    }

    [Fact]
    public async Task Every_construct_has_a_recorded_history()
    {
        if (Environment.GetEnvironmentVariable("RECORD_HISTORIES") == "1")
        {
            await RecordAsync();
        }

        Assert.All(Constructs.All.Keys.Concat(RecordedHistory.Cooks), name => Assert.True(File.Exists(FileOf(name)), $"There is no {FileOf(name)}."));
    }

    [Fact]
    public async Task A_reordered_step_is_caught()
    {
        var history = Changed("graph", (plan, _) => plan["steps"] = new JsonArray([.. plan["steps"]!.AsArray().Reverse().Select(step => step!.DeepClone())]));

        var mismatch = await Assert.ThrowsAsync<ReplayMismatchException>(() => HistoryReplay.CheckAsync(history, CastSpell.RunAsync));

        Assert.Contains("event ", mismatch.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_changed_policy_is_caught_by_the_time_at_which_a_timer_rings()
    {
        var history = Changed("retry", (plan, _) => plan["steps"]![0]!["retry"]!["firstInterval"] = "PT0.3S");

        var mismatch = await Assert.ThrowsAsync<ReplayMismatchException>(() => HistoryReplay.CheckAsync(history, CastSpell.RunAsync));

        Assert.Contains(nameof(CastEvents.AttemptRetrying)[..7], mismatch.Message, StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData(EventKind.ActivityCalled, "sequence")]
    [InlineData(EventKind.SubCastCalled, "sub-cast")]
    [InlineData(EventKind.EventSent, "cancel-sub-cast")]
    public async Task A_renamed_call_is_caught_and_both_sides_are_told(EventKind kind, string construct)
    {
        var recorded = RecordedHistory.Read(FileOf(construct));
        var history = recorded with { Events = [.. recorded.Events.Select(e => e.Kind == kind ? e with { Name = "Renamed" } : e)] };

        var mismatch = await Assert.ThrowsAsync<ReplayMismatchException>(() => HistoryReplay.CheckAsync(history, CastSpell.RunAsync));

        Assert.Contains("Renamed", mismatch.Message, StringComparison.Ordinal);
        Assert.Contains(recorded.Events.First(e => e.Kind == kind).Name!, mismatch.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("sequence", EventKind.ActivityCalled)]
    [InlineData("wait", EventKind.TimerSet)]
    [InlineData("sequence", EventKind.Returned)]
    [InlineData("failure", EventKind.Threw)]
    public async Task What_the_history_does_not_have_is_caught(string construct, EventKind kind)
    {
        var recorded = RecordedHistory.Read(FileOf(construct));
        var last = recorded.Events.Last(e => e.Kind == kind);
        var history = recorded with { Events = [.. recorded.Events.Where(e => e != last)] };

        var mismatch = await Assert.ThrowsAsync<ReplayMismatchException>(() => HistoryReplay.CheckAsync(history, CastSpell.RunAsync));

        Assert.Contains(kind.ToString(), mismatch.Message, StringComparison.Ordinal);
    }

    static string FileOf(string construct) => RecordedHistory.FileOf(construct);

    static RecordedHistory Changed(string construct, Action<JsonNode, IReadOnlyList<RecordedEvent>> change)
    {
        var recorded = RecordedHistory.Read(FileOf(construct));
        change(recorded.Events.First(e => e.Kind == EventKind.Answered).Data!["plan"]!, recorded.Events);
        return recorded;
    }

    static async Task RecordAsync()
    {
        Directory.CreateDirectory(RecordedHistory.Folder);
        await using var casts = await EmbeddedCasts.StartAsync();
        foreach (var (name, construct) in Constructs.All.Where(one => RecordedHistory.IsWanted(one.Key)))
        {
            var id = $"main-{name.Replace("-", "", StringComparison.Ordinal).PadLeft(19, '0')}";
            await casts.RunAsync(id, construct);
            RecordedHistory.Of(name, id, await casts.Client.GetOrchestrationHistoryAsync(id)).Write(FileOf(name));
            if (casts.ScriptOf(id).Inputs<SubCastEnd>().FirstOrDefault() is { } child)
            {
                RecordedHistory.Of(name, child.ChildId, await casts.Client.GetOrchestrationHistoryAsync(child.ChildId)).Write(FileOf($"{name}.child"));
            }

            var poll = PollJob.IdOf(new AttemptKey(id, "a", null, 1));
            if (await casts.Client.GetInstanceAsync(poll) is not null)
            {
                await casts.Client.WaitForInstanceCompletionAsync(poll);
                RecordedHistory.Of(name, poll, await casts.Client.GetOrchestrationHistoryAsync(poll)).Write(FileOf($"{name}.poll"));
            }
        }
    }
}
