using Grimoire.Casts;
using Grimoire.Functions.Http;
using Grimoire.Functions.Orchestrations;
using Grimoire.Functions.Storage;
using Grimoire.Functions.Tests.Http.Support;
using Grimoire.Functions.Tests.Support;
using Microsoft.DurableTask.Client;

namespace Grimoire.Functions.Tests.Http;

/// <summary>Which casts are found to ask somebody something, and what is told of each.</summary>
[Trait("Row", "UX03")]
public sealed class OpenQuestionsTests
{
    static readonly DateTimeOffset Now = new(2030, 1, 1, 12, 0, 0, TimeSpan.Zero);

    readonly Journal _journal = new(new MemoryObjects());

    [Fact]
    public async Task A_question_is_told_with_its_cast_and_step()
    {
        await AskAsync(Instances.Id, "ask");

        var page = await ListAsync(Asking(Instances.Id));

        Assert.Equal([new AskedQuestion(Instances.Id, "sample", null, CastStatus.Running, "ask", "Ask Ann", null, "Print it?", Now, Now.AddHours(1))], page.Approvals);
        Assert.Null(page.Continuation);
    }

    [Theory]
    [InlineData("main-0000000000000000001.ask-1")]
    [InlineData("main.piece-0123456789abcdefghj.0000001-1")]
    public async Task Sub_casts_and_pieces_of_cooks_ask_too(string id)
    {
        await AskAsync(id, "ask");

        Assert.Equal(id, Assert.Single((await ListAsync(Asking(id))).Approvals).CastId);
    }

    [Fact]
    public async Task A_cast_that_is_paused_takes_answers_too()
    {
        await AskAsync(Instances.Id, "ask");

        var page = await ListAsync(
            Instances.Of(OrchestrationRuntimeStatus.Suspended, Instances.Report(CastStatus.Running, Step(WaitReason.Approval)), Instances.Id));

        Assert.Equal(CastStatus.Paused, Assert.Single(page.Approvals).CastStatus);
    }

    [Theory]
    [InlineData(WaitReason.Job)]
    [InlineData(WaitReason.Time)]
    [InlineData(null)]
    public async Task Of_what_waits_for_something_else_nothing_is_read(WaitReason? reason)
    {
        await AskAsync(Instances.Id, "ask");

        var page = await ListAsync(Instances.Of(OrchestrationRuntimeStatus.Running, Instances.Report(CastStatus.Running, Step(reason)), Instances.Id));

        Assert.Empty(page.Approvals);
    }

    [Fact]
    public async Task What_has_been_answered_is_gone_before_its_cast_says_so()
    {
        await AskAsync(Instances.Id, "ask");
        await _journal.AppendAsync(Instances.Id, [CastEvents.Attempt(CastEvents.ApprovalAnswered, new AttemptKey(Instances.Id, "ask", null, 1), Now, null)], default);

        Assert.Empty((await ListAsync(Asking(Instances.Id))).Approvals);
    }

    [Fact]
    public async Task Other_accounts_are_asked_elsewhere()
    {
        await AskAsync("other-0000000000000000005", "ask");

        Assert.Empty((await ListAsync(Asking("other-0000000000000000005"))).Approvals);
    }

    Task<QuestionPage> ListAsync(params OrchestrationMetadata[] casts) => new OpenQuestions(_journal).ListAsync(Instances.Client(casts).Object, "main", 50, null, default);

    Task AskAsync(string castId, string step) => _journal.AppendAsync(
        castId, [CastEvents.Attempt(CastEvents.ApprovalRequested, new AttemptKey(castId, step, null, 1), Now, new { question = "Print it?", until = Now.AddHours(1) })], default);

    static OrchestrationMetadata Asking(string id) =>
        Instances.Of(OrchestrationRuntimeStatus.Running, Instances.Report(CastStatus.Running, Step(WaitReason.Approval)), id);

    static RunningStep Step(WaitReason? reason) => new("ask", "Ask Ann", "1 of 2", 1, reason is null ? null : Now.AddHours(1), Now, reason);
}
