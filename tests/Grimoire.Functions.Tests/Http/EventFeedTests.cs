using System.Text.Json;
using Grimoire.Casts;
using Grimoire.Cooks;
using Grimoire.Functions.Http;
using Grimoire.Functions.Orchestrations;
using Grimoire.Functions.Storage;
using Grimoire.Functions.Tests.Http.Support;
using Grimoire.Functions.Tests.Support;
using Grimoire.Functions.Tests.Tools.Support;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Hosting;
using Moq;

namespace Grimoire.Functions.Tests.Http;

/// <summary>How a long poll ends before there is anything to tell.</summary>
[Trait("Row", "NX13")]
public sealed class EventFeedTests : IDisposable
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    readonly ManualTime _clock = new();
    readonly CancellationTokenSource _stopping = new();
    readonly Journal _journal = new(new MemoryObjects());

    public void Dispose() => _stopping.Dispose();

    [Fact]
    public async Task When_the_app_stops_the_caller_gets_what_there_is_and_is_not_told_that_the_cast_has_ended()
    {
        var poll = Poll(default);
        await WaitingAsync(poll);

        await _stopping.CancelAsync();

        var page = await poll.WaitAsync(Patience);
        Assert.Empty(page.Events);
        Assert.Equal((0, false), (page.Next, page.Ended));
    }

    [Fact]
    public async Task When_the_caller_goes_nothing_waits_any_more()
    {
        using var gone = new CancellationTokenSource();
        var poll = Poll(gone.Token);
        await WaitingAsync(poll);

        await gone.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => poll.WaitAsync(Patience));
        Assert.False(_clock.HasAlarmWithin(TimeSpan.FromHours(1)));
    }

    [Fact]
    public async Task When_something_happens_it_is_told_at_once()
    {
        var poll = Poll(default);
        await WaitingAsync(poll);

        await _journal.AppendAsync(Instances.Id, [CastEvents.Turned(CastEvents.CastPaused, _clock.GetUtcNow(), 1, null, null)], default);

        Assert.Equal(CastEvents.CastPaused, Assert.Single((await poll.WaitAsync(Patience)).Events).Event.Type);
    }

    [Fact]
    public async Task When_the_time_is_over_the_answer_is_empty()
    {
        var poll = Poll(default);

        // It looks again each second, whether or not somebody wakes it.
        for (var second = 0; second < 60; second++)
        {
            await WaitingAsync(poll);
            _clock.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Empty((await poll.WaitAsync(Patience)).Events);
    }

    [Theory]
    [InlineData(1, true)]
    [InlineData(2, false)]
    public async Task A_cook_has_ended_when_the_generation_has_that_runs_now(int generation, bool ended)
    {
        const string cook = "main.cook-0123456789abcdefghj";
        await _journal.AppendAsync(cook, [CookEvents.OfStart(1, _clock.GetUtcNow(), 2), CookEvents.OfEnd(new CookOutcome(1, CastStatus.Failed, CookProgress.Of(2)), _clock.GetUtcNow())], default);

        var page = await Feed().ReadOfCookAsync(Instances.Client(Running(cook, generation)).Object, cook, new EventWish(0, 10, TimeSpan.Zero), default);

        Assert.Equal([CookEvents.Started, CookEvents.Failed], page.Events.Select(e => e.Event.Type));
        Assert.Equal((2, ended), (page.Next, page.Ended));
    }

    [Fact]
    public async Task Whether_a_cook_has_ended_is_asked_anew_each_time()
    {
        const string cook = "main.cook-0123456789abcdefghj";
        var feed = Feed();
        await _journal.AppendAsync(cook, [CookEvents.OfStart(1, _clock.GetUtcNow(), 2), End(1)], default);

        Assert.Equal((2, true), await ReadAsync(generation: 1, after: 0));
        Assert.Equal((2, false), await ReadAsync(generation: 2, after: 2));
        await _journal.AppendAsync(cook, [CookEvents.OfStart(2, _clock.GetUtcNow(), 2), End(2)], default);
        Assert.Equal((3, false), await ReadAsync(generation: 2, after: 2, limit: 1));
        Assert.Equal((4, true), await ReadAsync(generation: 2, after: 3, limit: 1));
        Assert.Equal((4, false), await ReadAsync(generation: 3, after: 4));

        CastEvent End(int generation) => CookEvents.OfEnd(new CookOutcome(generation, CastStatus.Failed, CookProgress.Of(2)), _clock.GetUtcNow());

        async Task<(int Next, bool Ended)> ReadAsync(int generation, int after, int limit = 10)
        {
            var page = await feed.ReadOfCookAsync(Instances.Client(Running(cook, generation)).Object, cook, new EventWish(after, limit, TimeSpan.Zero), default);
            return (page.Next, page.Ended);
        }
    }

    static OrchestrationMetadata Running(string cook, int generation) => new(nameof(CookSpells), cook)
    {
        RuntimeStatus = OrchestrationRuntimeStatus.Running,
        SerializedInput = JsonSerializer.Serialize(new CookOrder(cook, generation, 2, CookProgress.Of(2)), DomainJson.Options),
    };

    Task<EventPage> Poll(CancellationToken cancellation)
    {
        var client = Instances.Client(Instances.Of(OrchestrationRuntimeStatus.Running, Instances.Report(CastStatus.Running))).Object;
        return Feed().ReadAsync(client, Instances.Id, new EventWish(0, 10, TimeSpan.FromSeconds(60)), e => e, cancellation);
    }

    EventFeed Feed()
    {
        var objects = new MemoryObjects();
        var app = Mock.Of<IHostApplicationLifetime>(lifetime => lifetime.ApplicationStopping == _stopping.Token);
        return new EventFeed(new CastReading(new CastStore(objects), _journal, objects), new EventIndexes(_journal), _journal, _clock, app);
    }

    /// <summary>Until it sleeps: for as long as it may, or until somebody wakes it.</summary>
    async Task WaitingAsync(Task poll)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (!_clock.HasAlarmWithin(TimeSpan.FromSeconds(1)))
        {
            Assert.False(poll.IsCompleted, "It does not wait.");
            patience.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }
}
