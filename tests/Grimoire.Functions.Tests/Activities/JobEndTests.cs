using Grimoire.Casts;
using Grimoire.Functions.Orchestrations;
using Grimoire.Functions.Tests.Support;
using Grimoire.Functions.Tools;
using Grimoire.Functions.Webhooks;

namespace Grimoire.Functions.Tests.Activities;

/// <summary>A job that nobody waits for any more has ended for its attempt, and its provider hears of it.</summary>
public sealed class JobEndTests
{
    [Theory]
    [InlineData(JobEndReason.Cancelled, "cancelled", false, AttemptStatus.Cancelled, "attempt.cancelled")]
    [InlineData(JobEndReason.StepIsOver, "step.timeout", false, AttemptStatus.Failed, "attempt.failed")]
    [InlineData(JobEndReason.TimeIsOver, "job.timeout", true, AttemptStatus.Failed, "attempt.failed")]
    [InlineData(JobEndReason.Silence, "job.silent", true, AttemptStatus.Failed, "attempt.failed")]
    [InlineData(JobEndReason.Gone, "job.gone", true, AttemptStatus.Failed, "attempt.failed")]
    [Trait("Row", "SP28")]
    [Trait("Row", "DW05")]
    public async Task Each_reason_has_its_code_and_the_provider_is_told(JobEndReason why, string code, bool transient, AttemptStatus status, string told)
    {
        var jobs = await JobWorld.StartedAsync();

        var outcome = await jobs.EndAsync(why, why == JobEndReason.Gone ? new Failure { Code = "http.status", Message = "404", Phase = Phase.Execute } : null);

        Assert.Equal((code, transient, "one", 1), (outcome.Failure!.Code, outcome.Failure.Transient, outcome.Failure.Step, outcome.Failure.Attempt));
        Assert.Equal(why == JobEndReason.Gone ? "http.status" : null, outcome.Failure.Cause?.Code);
        Assert.Equal((status, null), ((await jobs.World.RecordAsync())!.Status, (await jobs.World.RecordAsync())!.LeaseUntil));
        Assert.Equal([JobWorld.RunId], jobs.Cancelled);
        Assert.Equal(["step.started", "attempt.started", "job.started", "job.cancelled", told], await jobs.World.TypesAsync());
        Assert.True((bool)(await CancelledAsync(jobs)).Data!["told"]!);
    }

    [Fact]
    public async Task A_provider_that_does_not_listen_does_not_keep_the_attempt_from_ending()
    {
        var jobs = await JobWorld.StartedAsync();
        jobs.Cancel = _ => ToolResult.Failed("http.status", "It answered 409.", transient: false);

        var outcome = await jobs.EndAsync(JobEndReason.TimeIsOver);

        Assert.Equal("job.timeout", outcome.Failure?.Code);
        var told = (await CancelledAsync(jobs)).Data!;
        Assert.Equal((false, "http.status"), ((bool)told["told"]!, (string?)told["code"]));
        Assert.Contains("It answered 409.", jobs.World.Logs.All, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_tool_declares_as_its_output_is_not_asked_of_the_answer_to_a_cancellation()
    {
        var jobs = await JobWorld.StartedAsync(output: Json.Object("""{ "type": "object", "required": ["text"] }"""));

        await jobs.EndAsync(JobEndReason.Cancelled);

        Assert.True((bool)(await CancelledAsync(jobs)).Data!["told"]!);
    }

    [Fact]
    public async Task A_tool_that_cannot_cancel_is_not_asked_to()
    {
        var jobs = await JobWorld.StartedAsync(JobWorld.Own with { Cancel = null });

        await jobs.EndAsync(JobEndReason.TimeIsOver);

        Assert.Empty(jobs.Cancelled);
        Assert.Equal(["step.started", "attempt.started", "job.started", "attempt.failed"], await jobs.World.TypesAsync());
    }

    [Fact]
    [Trait("Row", "SP21")]
    public async Task Delivered_again_it_answers_the_same_and_tells_nobody_again()
    {
        var jobs = await JobWorld.StartedAsync();
        var first = await jobs.EndAsync(JobEndReason.TimeIsOver);

        var again = await jobs.EndAsync(JobEndReason.Cancelled, worker: jobs.World.NewWorker());

        Assert.Equal(first.Failure!.ToString(), again.Failure!.ToString());
        Assert.Single(jobs.Cancelled);
        Assert.Single(await jobs.World.TypesAsync(), type => type == "attempt.failed");
    }

    [Theory]
    [InlineData(JobEndReason.TimeIsOver)]
    [InlineData(JobEndReason.StepIsOver)]
    [InlineData(JobEndReason.Silence)]
    [Trait("Row", "UX07")]
    public async Task What_had_come_and_nobody_heard_is_the_end(JobEndReason why)
    {
        // As it is when the process dies between storing a callback and waking the cast.
        var jobs = await JobWorld.StartedAsync();
        await jobs.CallBackAsync("succeeded");

        var outcome = await jobs.EndAsync(why);

        Assert.Equal(("done", 0.25m), ((string?)outcome.Output?.Value?["text"], outcome.CostUsd));
        Assert.Empty(jobs.Cancelled);
        Assert.Contains("step.completed", await jobs.World.TypesAsync());
    }

    [Fact]
    [Trait("Row", "KZ03")]
    public async Task A_job_of_which_only_its_callback_can_tell_is_not_lost_if_that_has_come()
    {
        var jobs = await JobWorld.OfAsync();
        await jobs.World.PutRecordAsync(jobs.World.Running(TimeSpan.FromSeconds(-1)));
        await jobs.Worker.DeliverAsync();
        await jobs.CallBackAsync("succeeded");

        Assert.Equal("done", (string?)(await jobs.EndAsync(JobEndReason.TimeIsOver)).Output?.Value?["text"]);
    }

    [Fact]
    [Trait("Row", "SP11")]
    public async Task Of_a_cast_that_is_cancelled_what_had_come_counts_as_cost()
    {
        var jobs = await JobWorld.StartedAsync();
        await jobs.CallBackAsync("succeeded", costUsd: 0.4m);

        var outcome = await jobs.EndAsync(JobEndReason.Cancelled);

        Assert.Equal(("cancelled", 0.4m), (outcome.Failure?.Code, outcome.CostUsd));
        Assert.Equal((AttemptStatus.Cancelled, 0.4m), ((await jobs.World.RecordAsync())!.Status, (await jobs.World.ViewAsync()).CostUsd));
        Assert.Equal(0.4m, (await jobs.EndAsync(JobEndReason.Cancelled)).CostUsd);
        Assert.Equal(0.4m, (await jobs.World.ViewAsync()).CostUsd);
    }

    /// <summary>Between looking for a message and ending the attempt, or the other way round: one of the two sees the other.</summary>
    [Theory]
    [InlineData("*/inbox/*", nameof(StoreOperation.Create), CallbackOutcome.Late)]
    [InlineData("*/attempts/*", nameof(StoreOperation.Replace), CallbackOutcome.Accepted)]
    [Trait("Row", "SP11")]
    [Trait("Row", "SP22")]
    public async Task A_callback_that_comes_while_the_time_runs_out_is_counted_once(string pattern, string operation, CallbackOutcome expected)
    {
        var jobs = await JobWorld.StartedAsync();
        var other = jobs.World.NewWorker(jobs.World.Disk);
        CallbackOutcome answered;
        if (operation == nameof(StoreOperation.Create))
        {
            Task<CallbackOutcome> coming;
            using (var held = jobs.World.Faults.Hold(pattern, Enum.Parse<StoreOperation>(operation)))
            {
                coming = jobs.CallBackAsync("succeeded");
                await held.Reached;
                Assert.Equal("job.timeout", (await jobs.EndAsync(JobEndReason.TimeIsOver, worker: other)).Failure?.Code);
            }

            answered = await coming;
        }
        else
        {
            Task<AttemptOutcome> ending;
            using (var held = jobs.World.Faults.Hold(pattern, Enum.Parse<StoreOperation>(operation)))
            {
                ending = jobs.EndAsync(JobEndReason.TimeIsOver);
                await held.Reached;
                answered = await jobs.CallBackAsync("succeeded", worker: other);
            }

            Assert.Equal(("job.timeout", 0.25m), ((await ending).Failure?.Code, (await ending).CostUsd));
        }

        Assert.Equal(expected, answered);
        var record = await jobs.World.RecordAsync();
        Assert.Equal((AttemptStatus.Failed, true, 0.25m, 0.25m), (record!.Status, record.IsLate, record.CostUsd, (await jobs.World.ViewAsync()).CostUsd));
        Assert.Equal(0.25m, await jobs.World.UsedAsync());
        Assert.Equal(CallbackOutcome.Duplicate, await jobs.CallBackAsync("succeeded"));
        Assert.Equal(0.25m, (await jobs.World.ViewAsync()).CostUsd);
    }

    static async Task<CastEvent> CancelledAsync(JobWorld jobs) => Assert.Single(await jobs.World.EventsAsync(), e => e.Type == CastEvents.JobCancelled);
}
