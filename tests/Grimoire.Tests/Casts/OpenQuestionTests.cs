using Grimoire.Casts;

namespace Grimoire.Tests.Casts;

/// <summary>What people are asked, as the events of a cast tell it.</summary>
[Trait("Row", "UX03")]
public sealed class OpenQuestionTests
{
    static readonly DateTimeOffset Now = new(2030, 1, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void What_is_asked_is_told_with_its_question_and_its_time()
    {
        var asked = OpenQuestion.In([Event("step.started", "ask"), Asked("ask")]);

        Assert.Equal([new OpenQuestion("ask", null, 1, "Print it?", Now, Now.AddHours(1))], asked);
    }

    [Theory]
    [InlineData("approval.answered")]
    [InlineData("attempt.completed")]
    [InlineData("attempt.failed")]
    [InlineData("attempt.lost")]
    [InlineData("attempt.cancelled")]
    [InlineData("step.failed")]
    [InlineData("step.cancelled")]
    [InlineData("step.completed")]
    [InlineData("cast.cancelled")]
    [InlineData("cast.failed")]
    public void What_is_over_is_asked_no_more(string type) => Assert.Empty(OpenQuestion.In([Asked("ask"), Event(type, "ask")]));

    [Theory]
    [InlineData("attempt.started")]
    [InlineData("approval.requested")]
    [InlineData("notification.sent")]
    [InlineData("cast.paused")]
    public void What_ends_nothing_leaves_it_open(string type) => Assert.Single(OpenQuestion.In([Asked("ask"), Event(type, "ask")]));

    [Fact]
    public void Elements_attempts_and_steps_ask_by_themselves()
    {
        var asked = OpenQuestion.In(
        [
            Asked("each", 0), Asked("each", 1), Asked("each", 2), Asked("again"), Asked("other"),
            Event("approval.answered", "each", 1), Event("attempt.failed", "again"), Asked("again", attempt: 2), Event("step.completed", "other"),
        ]);

        Assert.Equal([("each", 0, 1), ("each", 2, 1), ("again", null, 2)], asked.Select(question => (question.Step, question.Item, question.Attempt)));
    }

    static CastEvent Asked(string step, int? item = null, int attempt = 1) =>
        Event("approval.requested", step, item, attempt) with { Data = new() { ["question"] = "Print it?", ["until"] = Now.AddHours(1).ToString("O") } };

    static CastEvent Event(string type, string step, int? item = null, int attempt = 1) =>
        new($"{type}/{step}/{item}/{attempt}", type, Now) { Step = step, Item = item, Attempt = attempt };
}
