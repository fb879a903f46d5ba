using Grimoire.Functions.Activities;
using Grimoire.Functions.Orchestrations;
using Microsoft.DurableTask;
using Moq;

namespace Grimoire.Functions.Tests.Orchestrations;

/// <summary>The orchestrator that tells others of a cast, on a mocked context.</summary>
public sealed class NotifyOfCastTests
{
    const string Cast = "main-0000000000000000000";

    static readonly DateTime Now = new(2030, 1, 1, 0, 0, 0, DateTimeKind.Utc);
    static readonly NotifyOrder Order = new(Cast, 0);

    readonly Mock<TaskOrchestrationContext> _context = new();
    readonly List<NotifyOrder> _asked = [];
    readonly List<TimeSpan> _pauses = [];
    readonly Queue<TaskCompletionSource<string>> _events = new();
    Task _timer = Task.CompletedTask;

    public NotifyOfCastTests()
    {
        _context.Setup(context => context.GetInput<NotifyOrder>()).Returns(Order);
        _context.Setup(context => context.CurrentUtcDateTime).Returns(Now);
        _context.Setup(context => context.WaitForExternalEvent<string>(NotifyOfCast.WakeEvent, It.IsAny<CancellationToken>())).Returns(() =>
        {
            _events.Enqueue(new TaskCompletionSource<string>());
            return _events.Last().Task;
        });
        _context.Setup(context => context.CreateTimer(It.IsAny<DateTime>(), It.IsAny<CancellationToken>()))
            .Callback((DateTime at, CancellationToken _) => _pauses.Add(at - Now))
            .Returns(() => _timer);
    }

    [Fact]
    public async Task It_goes_on_from_where_it_was_until_there_is_nothing_more_to_tell()
    {
        var failed = Order with { Failures = 1, Tries = 1 };
        Answers(new NotifyAnswer(failed, TimeSpan.FromHours(2)), new NotifyAnswer(Order with { Offset = 7 }, TimeSpan.FromSeconds(3)), Done());

        await NotifyOfCast.RunAsync(_context.Object);

        Assert.Equal([Order, failed, Order with { Offset = 7 }], _asked);
        Assert.Equal([TimeSpan.FromHours(2), TimeSpan.FromSeconds(3)], _pauses);
    }

    [Fact]
    public async Task It_is_woken_when_something_happens_and_listens_again()
    {
        _timer = new TaskCompletionSource().Task;
        Answers(new NotifyAnswer(Order, TimeSpan.FromMinutes(1)), new NotifyAnswer(Order, TimeSpan.FromMinutes(1)), Done());

        var run = NotifyOfCast.RunAsync(_context.Object);
        Assert.Single(_asked);
        _events.Dequeue().SetResult("look");
        Assert.Equal(2, _asked.Count);
        _events.Dequeue().SetResult("look");

        await run;
        Assert.Equal(3, _asked.Count);
    }

    [Fact]
    public async Task A_receiver_that_has_failed_is_not_tried_sooner_because_something_happens()
    {
        var timer = new TaskCompletionSource();
        _timer = timer.Task;
        Answers(new NotifyAnswer(Order with { Failures = 2 }, TimeSpan.FromMinutes(5)), Done());

        var run = NotifyOfCast.RunAsync(_context.Object);
        _events.Peek().SetResult("look");
        Assert.Single(_asked);
        timer.SetResult();

        await run;
        Assert.Equal(2, _asked.Count);
    }

    [Fact]
    public async Task Storage_that_is_away_costs_time_and_no_message()
    {
        var away = new TaskFailedException(nameof(Notify), 1, new IOException("away"));
        var calls = 0;
        Activity(order => ++calls <= 3 ? throw away : Done());

        await NotifyOfCast.RunAsync(_context.Object);

        Assert.Equal([0, 1, 2, 3], _asked.Select(order => order.Troubles));
        Assert.Equal([TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(4)], _pauses);
    }

    [Fact]
    public async Task What_storage_refuses_for_days_ends_it_with_the_reason()
    {
        _context.Setup(context => context.GetInput<NotifyOrder>()).Returns(Order with { Troubles = 60 });
        Activity(_ => throw new TaskFailedException(nameof(Notify), 1, new IOException("away")));

        await Assert.ThrowsAsync<TaskFailedException>(() => NotifyOfCast.RunAsync(_context.Object));
    }

    [Fact]
    public async Task However_often_it_looks_no_history_grows_long()
    {
        Activity(order => new NotifyAnswer(order with { Offset = order.Offset + 1 }, TimeSpan.FromMinutes(1)));

        await NotifyOfCast.RunAsync(_context.Object);

        var next = Order with { Offset = 40 };
        Assert.Equal(40, _asked.Count);
        _context.Verify(context => context.ContinueAsNew(next, It.IsAny<bool>()), Times.Once);
    }

    [Fact]
    public void Its_id_is_no_sub_casts()
    {
        Assert.Equal($"{Cast}~notify-0", NotifyOfCast.IdOf(Cast, 0));
        Assert.True(Casts.CastIds.IsValid(NotifyOfCast.IdOf(Cast, 29)));
        Assert.NotEqual(NotifyOfCast.IdOf(Cast, 1), Casts.CastIds.Child(new Casts.AttemptKey(Cast, "notify", null, 1)));
    }

    static NotifyAnswer Done() => new(Order, TimeSpan.Zero, IsDone: true);

    void Answers(params NotifyAnswer[] answers)
    {
        var queue = new Queue<NotifyAnswer>(answers);
        Activity(_ => queue.Dequeue());
    }

    void Activity(Func<NotifyOrder, NotifyAnswer> answer) => _context
        .Setup(context => context.CallActivityAsync<NotifyAnswer>(nameof(Notify), It.IsAny<object?>(), It.IsAny<TaskOptions?>()))
        .Returns(async (TaskName _, object? input, TaskOptions? _) =>
        {
            _asked.Add((NotifyOrder)input!);
            await Task.CompletedTask;
            return answer((NotifyOrder)input!);
        });
}
