using Grimoire.Casts;
using Grimoire.Functions.Activities;
using Grimoire.Functions.Orchestrations;
using Grimoire.Tools;
using Microsoft.DurableTask;
using Moq;

namespace Grimoire.Functions.Tests.Orchestrations;

/// <summary>A provider is asked again and again, each time after a longer pause, until there is an end.</summary>
public sealed class PollJobTests
{
    static readonly DateTime Begin = new(2030, 1, 1, 0, 0, 0, DateTimeKind.Utc);
    static readonly AttemptKey Key = new("main-0000000000000000000", "a", null, 1);
    static readonly JobWait Polled = new(Begin.AddDays(1)) { IsPolled = true, Pauses = new AskPauses(TimeSpan.FromSeconds(4), 2, TimeSpan.FromSeconds(30)) };

    readonly Mock<TaskOrchestrationContext> _context = new();
    readonly TaskCompletionSource<string> _stop = new();
    readonly List<JobQuestion> _questions = [];
    readonly List<JobEnd> _ends = [];
    readonly List<double> _pauses = [];
    DateTime _now = Begin;
    PollOrder? _next;
    Func<int, JobAnswer> _answer = _ => new JobAnswer { HeardAt = Begin, Said = "running" };

    public PollJobTests()
    {
        _context.Setup(context => context.CurrentUtcDateTime).Returns(() => _now);
        _context.Setup(context => context.WaitForExternalEvent<string>(PollJob.StopEvent, It.IsAny<CancellationToken>())).Returns(_stop.Task);
        _context.Setup(context => context.CallActivityAsync<JobAnswer>(nameof(CheckJob), It.IsAny<object?>(), It.IsAny<TaskOptions?>())).Returns((TaskName _, object? input, TaskOptions? options) =>
        {
            Assert.NotNull(options?.Retry?.Policy);
            _questions.Add((JobQuestion)input!);
            return Task.FromResult(_answer(_questions.Count));
        });
        _context.Setup(context => context.CallActivityAsync<AttemptOutcome>(nameof(EndJob), It.IsAny<object?>(), It.IsAny<TaskOptions?>())).Returns((TaskName _, object? input, TaskOptions? _) =>
        {
            _ends.Add((JobEnd)input!);
            return Task.FromResult(new AttemptOutcome { CostUsd = 7 });
        });
        _context.Setup(context => context.CreateTimer(It.IsAny<DateTime>(), It.IsAny<CancellationToken>())).Returns((DateTime due, CancellationToken _) =>
        {
            _pauses.Add((due - _now).TotalSeconds);
            _now = due;
            return Task.CompletedTask;
        });
        _context.Setup(context => context.ContinueAsNew(It.IsAny<object?>(), true)).Callback((object? order, bool _) => _next = (PollOrder)order!);
    }

    [Fact]
    public async Task Pauses_grow_up_to_the_longest_and_the_end_ends_it()
    {
        var done = new AttemptOutcome { Output = new Payload { Value = "done" }, CostUsd = 0.5m };
        _answer = number => number == 6 ? new JobAnswer { Outcome = done } : new JobAnswer { HeardAt = Begin, Said = $"step {number}", Progress = number / 10.0 };

        var outcome = await RunAsync(new PollOrder(Key, Polled));

        Assert.Same(done, outcome);
        Assert.Equal([8, 16, 30, 30, 30], _pauses);
        Assert.All(_questions, question => Assert.True(question.Ask));
        Assert.Equal([null, "step 1", "step 2", "step 3", "step 4", "step 5"], _questions.Select(question => question.Said));
        Assert.Equal(0.5, _questions[^1].Progress);
        Assert.Null(_next);
    }

    [Fact]
    public async Task After_forty_questions_it_goes_on_in_a_new_history_where_it_was()
    {
        Assert.Null(await RunAsync(new PollOrder(Key, Polled)));

        Assert.Equal((40, 40, "running"), (_questions.Count, _next!.Asked, _next.Said));
        await RunAsync(_next);
        Assert.Equal(80, _next.Asked);
        Assert.Equal(30, _pauses[40]);
    }

    [Fact]
    public async Task It_ends_without_another_question_when_it_is_told_to()
    {
        _answer = number =>
        {
            if (number == 3)
            {
                _stop.SetResult("ended");
            }

            return new JobAnswer { HeardAt = Begin };
        };

        var outcome = await RunAsync(new PollOrder(Key, Polled));

        Assert.Equal((3, null, null), (_questions.Count, outcome!.Output, outcome.Failure));
        Assert.Empty(_ends);
        Assert.Null(_next);
    }

    [Fact]
    public async Task A_provider_that_refuses_again_and_again_does_not_know_the_job()
    {
        _answer = number => number is 3 ? new JobAnswer { HeardAt = Begin } : new JobAnswer { Trouble = Trouble(transient: false) };

        Assert.Equal(7, (await RunAsync(new PollOrder(Key, Polled)))!.CostUsd);

        var end = Assert.Single(_ends);
        Assert.Equal((JobEndReason.Gone, "http.status", 8), (end.Why, end.Cause?.Code, _questions.Count));
    }

    [Fact]
    public async Task A_provider_that_is_down_is_asked_on()
    {
        _answer = _ => new JobAnswer { Trouble = Trouble(transient: true) };

        await RunAsync(new PollOrder(Key, Polled));

        Assert.Equal((40, 0), (_questions.Count, _ends.Count));
    }

    [Fact]
    public async Task Where_callbacks_may_come_a_refusal_ends_nothing()
    {
        _answer = _ => new JobAnswer { Trouble = Trouble(transient: false) };

        await RunAsync(new PollOrder(Key, Polled with { IsPolled = false }));

        Assert.Equal((40, 0, 40), (_questions.Count, _ends.Count, _next!.Refusals));
    }

    [Theory]
    [InlineData(true, 40)]
    [InlineData(false, 6)]
    public async Task Silence_ends_a_job_and_a_sign_of_life_does_not(bool lives, int questions)
    {
        _answer = _ => new JobAnswer { HeardAt = lives ? _now : null, Trouble = lives ? null : Trouble(transient: true) };

        await RunAsync(new PollOrder(Key, Polled with { Heartbeat = TimeSpan.FromSeconds(100) }));

        Assert.Equal(questions, _questions.Count);
        Assert.Equal(lives ? [] : [JobEndReason.Silence], _ends.Select(end => end.Why));
    }

    [Fact]
    public async Task An_older_sign_of_life_does_not_make_a_newer_one_forgotten()
    {
        // The provider answers; then it can not be asked, and the last callback was long before.
        _answer = number => new JobAnswer { HeardAt = number == 1 ? _now : Begin.AddHours(-1), Trouble = number == 1 ? null : Trouble(transient: true) };

        await RunAsync(new PollOrder(Key, Polled with { Heartbeat = TimeSpan.FromSeconds(100) }));

        Assert.Equal(6, _questions.Count);
    }

    [Fact]
    public async Task Tries_to_get_what_a_job_has_made_are_counted()
    {
        _answer = number => number == 4 ? new JobAnswer { Outcome = new AttemptOutcome() } : new JobAnswer { CollectAgain = number > 1, HeardAt = Begin };

        await RunAsync(new PollOrder(Key, Polled));

        Assert.Equal([1, 1, 2, 3], _questions.Select(question => question.Try));
    }

    /// <summary>Its cast ends the job when its time is over; a cast that is gone does not.</summary>
    [Fact]
    [Trait("Row", "KZ02")]
    public async Task It_does_not_ask_for_ever_when_nobody_ends_it()
    {
        await RunAsync(new PollOrder(Key, Polled with { Until = Begin.AddMinutes(5) }));

        Assert.Equal(JobEndReason.TimeIsOver, Assert.Single(_ends).Why);
        Assert.InRange(_now, Begin.AddMinutes(6), Begin.AddMinutes(7));
    }

    Task<AttemptOutcome?> RunAsync(PollOrder order)
    {
        _context.Setup(context => context.GetInput<PollOrder>()).Returns(order);
        return PollJob.RunAsync(_context.Object);
    }

    static Failure Trouble(bool transient) => new() { Code = "http.status", Message = "It answers strangely.", Phase = Phase.Execute, Transient = transient };
}
