using Grimoire.Casts;
using Grimoire.Functions.Activities;
using Grimoire.Functions.Orchestrations;
using Grimoire.Functions.Tests.Orchestrations.Support;
using Microsoft.DurableTask;
using Moq;

namespace Grimoire.Functions.Tests.Orchestrations;

/// <summary>
/// The orchestrator as any orchestrator is unit-tested: a mocked context, each call set up, each call verified.
/// What these cannot show, several things at once and in time, is with <see cref="SimulatedCast"/>.
/// </summary>
public sealed class CastSpellWithMoqTests
{
    const string Id = "main-0000000000000000000";

    static readonly CastOutcome Outcome = new() { Status = CastStatus.Completed };

    readonly Mock<TaskOrchestrationContext> _context = new();
    readonly List<CastReport> _reports = [];

    public CastSpellWithMoqTests()
    {
        _context.Setup(context => context.GetInput<CastOrder>()).Returns(new CastOrder(Id));
        _context.Setup(context => context.CurrentUtcDateTime).Returns(new DateTime(2030, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        _context.Setup(context => context.WaitForExternalEvent<CastControl>(CastControl.EventName, It.IsAny<CancellationToken>())).Returns(new TaskCompletionSource<CastControl>().Task);
        _context.Setup(context => context.SetCustomStatus(It.IsAny<CastReport>())).Callback((object? report) => _reports.Add((CastReport)report!));
        Activity<bool>(nameof(RecordEvents), _ => true);
        Activity(nameof(FinishCast), input => Outcome with { Status = ((CastEnd)input).Status, Failure = ((CastEnd)input).Failure });
        Plan(Planned.Once("a"), Planned.Once("b"));
        Tool(step => new AttemptOutcome { Output = new Payload { Value = $"{step} done" } });
    }

    [Fact]
    public async Task Its_steps_are_called_one_after_the_other_each_with_what_came_before()
    {
        var called = new List<StepRequest>();
        Activity(nameof(RunTool), input =>
        {
            called.Add((StepRequest)input);
            return new AttemptOutcome { Output = new Payload { Value = "done" }, CostUsd = 0.25m };
        });

        var outcome = await CastSpell.RunAsync(_context.Object);

        Assert.Equal(CastStatus.Completed, outcome.Status);
        Assert.Equal(["a", "b"], called.Select(request => request.Step));
        Assert.Equal("done", (string?)called[1].Views["a"].Output?.Value);
        Verify<CastEnd, CastOutcome>(nameof(FinishCast), end => end is { Status: CastStatus.Completed, CostUsd: 0.5m }, Times.Once());
    }

    [Fact]
    [Trait("Row", "SP01")]
    public async Task A_step_that_fails_ends_the_cast_and_nothing_after_it_is_called()
    {
        Tool(step => new AttemptOutcome { Failure = new Failure { Code = "http.status", Message = "No.", Phase = Phase.Execute, Step = step } });

        var thrown = await Assert.ThrowsAsync<CastFailedException>(() => CastSpell.RunAsync(_context.Object));

        Assert.Contains("No.", thrown.Message, StringComparison.Ordinal);
        Verify<StepRequest, AttemptOutcome>(nameof(RunTool), request => request.Step == "b", Times.Never());
        Verify<CastEnd, CastOutcome>(nameof(FinishCast), end => end is { Status: CastStatus.Failed, Failure: { Code: "http.status", Step: "a" } }, Times.Once());
    }

    [Fact]
    public async Task Between_two_attempts_it_waits_on_a_durable_timer()
    {
        Plan(Planned.Step("a"));
        Tool(_ => new AttemptOutcome { Failure = new Failure { Code = "http.status", Message = "Later.", Phase = Phase.Execute, Transient = true } });
        _context.Setup(context => context.CreateTimer(It.IsAny<DateTime>(), It.IsAny<CancellationToken>()))
            .Callback(() => Tool(_ => new AttemptOutcome { Output = new Payload { Value = "done" } }))
            .Returns(Task.CompletedTask);

        var outcome = await CastSpell.RunAsync(_context.Object);

        Assert.Equal(CastStatus.Completed, outcome.Status);
        _context.Verify(context => context.CreateTimer(new DateTime(2030, 1, 1, 0, 0, 2, DateTimeKind.Utc), It.IsAny<CancellationToken>()), Times.Once);
        Verify<StepRequest, AttemptOutcome>(nameof(RunTool), request => request.Attempt == 2, Times.Once());
    }

    [Fact]
    public async Task Every_call_is_made_with_a_retry_policy()
    {
        await CastSpell.RunAsync(_context.Object);

        _context.Verify(context => context.CallActivityAsync<AttemptOutcome>(It.IsAny<TaskName>(), It.IsAny<object?>(), It.Is<TaskOptions?>(options => options == null || options.Retry == null)), Times.Never);
        _context.Verify(context => context.CallActivityAsync<CastOutcome>(It.IsAny<TaskName>(), It.IsAny<object?>(), It.Is<TaskOptions?>(options => options == null || options.Retry == null)), Times.Never);
    }

    [Fact]
    [Trait("Row", "DW05")]
    public async Task A_cast_that_is_cancelled_before_its_first_step_calls_none()
    {
        _context.SetupSequence(context => context.WaitForExternalEvent<CastControl>(CastControl.EventName, It.IsAny<CancellationToken>()))
            .Returns(Task.FromResult(new CastControl(CastAction.Cancel, Reason: "not needed")))
            .Returns(new TaskCompletionSource<CastControl>().Task);

        var outcome = await CastSpell.RunAsync(_context.Object);

        Assert.Equal(CastStatus.Cancelled, outcome.Status);
        Verify<StepRequest, AttemptOutcome>(nameof(RunTool), _ => true, Times.Never());
        Verify<CastEnd, CastOutcome>(nameof(FinishCast), end => end is { Status: CastStatus.Cancelled, Reason: "not needed" }, Times.Once());
    }

    [Fact]
    public async Task Its_status_says_which_step_runs()
    {
        await CastSpell.RunAsync(_context.Object);

        Assert.Contains(_reports, report => report is { State: CastStatus.Running, Spell: "sample", Steps: "1 of 2", Running: [{ Id: "b", Of: "2 of 2", Attempt: 1 }] });
        Assert.Equal(CastStatus.Completed, _reports[^1].State);
    }

    void Plan(params PlannedStep[] steps) => Activity(nameof(StartCast), _ => new CastStart(Planned.Sequence(steps), null));

    void Tool(Func<string, AttemptOutcome> answer) => Activity(nameof(RunTool), input => answer(((StepRequest)input).Step));

    void Activity<T>(string name, Func<object, T> answer) => _context
        .Setup(context => context.CallActivityAsync<T>(name, It.IsAny<object?>(), It.IsAny<TaskOptions?>()))
        .Returns((TaskName _, object? input, TaskOptions? _) => Task.FromResult(answer(input!)));

    void Verify<TInput, TResult>(string name, Func<TInput, bool> wanted, Times times)
        where TInput : class => _context.Verify(
        context => context.CallActivityAsync<TResult>(name, It.Is<object?>(input => input is TInput && wanted((TInput)input)), It.IsAny<TaskOptions?>()), times);
}
