using System.Globalization;
using System.Text.Json.Nodes;
using Grimoire.Cli.Watching;

namespace Grimoire.Cli.Tests;

/// <summary>What a step asks, as somebody who watches sees it.</summary>
public sealed class QuestionTests
{
    static readonly DateTimeOffset Now = new(2030, 1, 31, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Each_open_question_of_a_step_is_shown_with_the_command_that_answers_it()
    {
        var state = Asking(2);
        Assert.Equal(
            [
                ("element 0 asks until 2030-02-07 12:00:00Z (7d00h): Is 0 right?", "grimoire answer main-1 review --approve --by NAME --item 0"),
                ("element 1 asks until 2030-02-07 12:00:00Z (7d00h): Is 1 right?", "grimoire answer main-1 review --approve --by NAME --item 1"),
            ],
            CastDrawing.Questions(state.Steps.Single(), state.Id, Now));
        Assert.Null(CastDrawing.Waits(state.Steps.Single(), Now));
    }

    [Fact]
    public void Of_many_questions_it_is_told_how_many_more_there_are()
    {
        var state = Asking(5);
        var shown = CastDrawing.Questions(state.Steps.Single(), state.Id, Now).ToList();
        Assert.Equal(4, shown.Count);
        Assert.Equal(("and 2 more", "grimoire approvals"), shown[^1]);
    }

    [Fact]
    public void A_question_is_open_until_it_is_answered_or_its_attempt_has_ended()
    {
        var state = Asking(4);
        state.Apply(Happened("approval.answered", 2));
        state.Apply(Happened("attempt.completed", 2));
        state.Apply(Happened("attempt.failed", 0));
        var step = state.Steps.Single();
        Assert.Equal([1, 3], step.Questions.Select(question => question.Item));
        state.Apply(Happened("step.failed", null));
        Assert.Empty(step.Questions);
        Assert.False(step.IsWaiting);
    }

    [Fact]
    public void An_answer_that_is_told_of_before_its_question_counts()
    {
        var state = Asking(0);
        state.Apply(Happened("approval.answered", 0));
        state.Apply(Requested(0));
        Assert.Empty(state.Steps.Single().Questions);
    }

    [Fact]
    public void A_step_without_forEach_is_answered_without_an_element()
    {
        var state = Asking(0);
        state.Apply(Requested(null));
        Assert.Equal("grimoire answer main-1 review --approve --by NAME", CastDrawing.Questions(state.Steps.Single(), state.Id, Now).Single().Command);
    }

    [Fact]
    public void It_is_told_how_many_elements_have_begun_and_how_many_of_them_are_done()
    {
        var state = Asking(3);
        state.Apply(Happened("attempt.completed", 1));
        Assert.Contains("3 begun, 1 done", Drawn(state), StringComparison.Ordinal);
        state.Apply(Happened("attempt.completed", 0));
        state.Apply(Happened("attempt.completed", 2));
        state.Apply(Happened("step.completed", null));
        Assert.Contains("completed  3 elements", Drawn(state), StringComparison.Ordinal);
    }

    [Fact]
    public void A_cast_that_is_shown_names_the_element_that_asks()
    {
        var cast = JsonNode.Parse("""
            {"id":"main-1","steps":[
              {"id":"review","status":"running","waits":{"for":"approval","question":"Is 2 right?","item":2}},
              {"id":"ship","status":"running","waits":{"for":"approval","question":"Ship it?"}},
              {"id":"make","status":"running","waits":{"for":"job"}}]}
            """);
        Assert.Equal(
            [
                "review[2] asks: Is 2 right? Answer: grimoire answer main-1 review --approve --by NAME --item 2",
                "ship asks: Ship it? Answer: grimoire answer main-1 ship --approve --by NAME",
            ],
            CastReport.Questions("main-1", cast));
    }

    [Theory]
    [InlineData("2030-01-31T12:00:00Z", "2030-01-31T23:59:59Z", " Until 23:59:59Z. ")]
    [InlineData("2030-01-31T23:59:00Z", "2030-02-01T00:01:00Z", " Until 2030-02-01 00:01:00Z. ")]
    [InlineData("2030-01-31T12:00:00Z", "2030-02-07T12:00:00Z", " Until 2030-02-07 12:00:00Z. ")]
    [InlineData("2030-01-31T12:00:00Z", "2030-02-01T00:30:00+02:00", " Until 22:30:00Z. ")]
    public void A_deadline_on_another_day_is_told_with_its_date(string now, string until, string told)
    {
        var happened = Requested(1);
        happened["data"]!["until"] = until;
        var line = EventLine.Of("main-1", happened, DateTimeOffset.Parse(now, CultureInfo.InvariantCulture));
        Assert.Contains(told, line, StringComparison.Ordinal);
        Assert.EndsWith("Answer: grimoire answer main-1 review --approve --by NAME --item 1", line, StringComparison.Ordinal);
    }

    /// <summary>A cast of one step, of which so many elements ask.</summary>
    static CastState Asking(int elements)
    {
        var state = new CastState(JsonNode.Parse("""{"id":"main-1","spell":"asking","steps":[{"id":"review","tool":"approval"}]}"""));
        state.Apply(Happened("step.started", null));
        for (var item = 0; item < elements; item++)
        {
            state.Apply(Happened("attempt.started", item));
            state.Apply(Requested(item));
        }

        return state;
    }

    static JsonObject Requested(int? item)
    {
        var happened = Happened("approval.requested", item);
        happened["data"] = new JsonObject { ["question"] = $"Is {item} right?", ["until"] = "2030-02-07T12:00:00Z" };
        return happened;
    }

    static JsonObject Happened(string type, int? item) => new()
    {
        ["type"] = type, ["at"] = "2030-01-31T12:00:00Z", ["step"] = "review", ["item"] = item, ["attempt"] = type.StartsWith("step", StringComparison.Ordinal) ? null : 1,
    };

    static string Drawn(CastState state)
    {
        using var text = new StringWriter();
        var console = Spectre.Console.AnsiConsole.Create(new Spectre.Console.AnsiConsoleSettings { Ansi = Spectre.Console.AnsiSupport.No, Out = new Spectre.Console.AnsiConsoleOutput(text) });
        console.Write(CastDrawing.Step(state.Steps.Single(), state, Now, 70, unicode: false));
        return text.ToString();
    }
}
