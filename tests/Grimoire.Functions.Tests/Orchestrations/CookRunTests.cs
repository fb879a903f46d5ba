using System.Collections.Concurrent;
using Embedded.DurableTask;
using Grimoire.Casts;
using Grimoire.Cooks;
using Grimoire.Functions.Activities;
using Grimoire.Functions.Orchestrations;
using Grimoire.Functions.Tests.Orchestrations.Support;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.DurableTask.Converters;
using Microsoft.DurableTask.Worker;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Grimoire.Functions.Tests.Orchestrations;

/// <summary>Cooks on the real engine; their pieces end as soon as they are begun.</summary>
public sealed class CookRunTests : IAsyncDisposable
{
    const string CookId = "main.cook-0123456789abcdefghj";

    readonly string _folder = Directory.CreateTempSubdirectory("cooks-").FullName;
    readonly ConcurrentBag<int> _begun = [];
    readonly ConcurrentBag<Task> _ends = [];
    readonly ConcurrentQueue<CastEvent> _events = new();
    readonly ConcurrentDictionary<int, int> _tries = new();
    readonly IHost _host;
    CookPlan? _plan;
    int _executions;

    /// <summary>What keeps a piece from being begun, by try; null if nothing does.</summary>
    Func<int, int, PieceTrouble?> _trouble = (_, _) => null;

    /// <summary>How many pieces may run at once; 0 for as many as the cook wants.</summary>
    int _room;
    int _running;
    int _mostRunning;

    Func<int, CastStatus> _end = _ => CastStatus.Completed;

    public CookRunTests()
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        void Configure(EmbeddedOptions options)
        {
            options.File = Path.Combine(_folder, "hub.db");
            options.RelaxedDurability = true;
        }

        var converter = new JsonDataConverter(DomainJson.Options);
        builder.Services.AddDurableTaskWorker(worker =>
        {
            worker.AddTasks(AddTasks).UseEmbedded(Configure);
            worker.Configure(options => options.DataConverter = converter);
        });
        builder.Services.AddDurableTaskClient(client =>
        {
            client.UseEmbedded(Configure);
            client.Configure(options => options.DataConverter = converter);
        });
        _host = builder.Build();
    }

    DurableTaskClient Client => _host.Services.GetRequiredService<DurableTaskClient>();

    [Fact]
    [Trait("Row", "UX10")]
    public async Task However_many_pieces_there_are_each_is_begun_once_and_the_history_stays_short()
    {
        var outcome = await CookAsync(pieces: 2_000, concurrency: 20, record: RecordedHistory.CookContinued);

        Assert.Equal((CastStatus.Completed, 2_000), (outcome.Status, outcome.Progress.Completed));
        Assert.Equal(Enumerable.Range(0, 2_000), _begun.Order());
        Assert.InRange(_executions, 5, 20);
    }

    [Fact]
    [Trait("Row", "CK01")]
    public async Task A_piece_that_cannot_be_begun_at_first_is_tried_again()
    {
        _trouble = (piece, tries) => piece == 1 && tries < 3 ? Away(piece) : null;

        var outcome = await CookAsync(pieces: 4, concurrency: 1, record: RecordedHistory.CookDelayed);

        Assert.Equal((CastStatus.Completed, 4), (outcome.Status, outcome.Progress.Completed));
        Assert.Equal(3, _tries[1]);
    }

    [Fact]
    [Trait("Row", "CK01")]
    [Trait("Row", "CK07")]
    public async Task One_that_can_never_be_begun_fails_for_that_reason_and_the_others_go_on()
    {
        _trouble = (piece, _) => piece == 1 ? Away(piece) : null;

        var outcome = await CookAsync(pieces: 4, concurrency: 1, tolerated: 50, record: RecordedHistory.CookLost);

        Assert.Equal((CastStatus.Completed, 3, 1), (outcome.Status, outcome.Progress.Completed, outcome.Progress.Failed));
        Assert.Equal([0, 2, 3], _begun.Order());
        var told = Assert.Single(_events, e => e.Type == CookEvents.PieceEnded && e.Item == 1);
        Assert.Equal((StartPieces.NotStarted, "The storage is away."), ((string?)told.Data!["code"], (string?)told.Data["message"]));
    }

    [Fact]
    [Trait("Row", "CK06")]
    public async Task Every_piece_that_fails_is_told_and_the_cook_fails_with_how_many()
    {
        _end = piece => piece is 2 or 4 ? CastStatus.Failed : CastStatus.Completed;

        var outcome = await CookAsync(pieces: 10, concurrency: 1, tolerated: 10, record: RecordedHistory.CookFailed);

        Assert.Equal((CastStatus.Failed, CookCourse.TooManyFailed), (outcome.Status, outcome.Failure?.Code));
        Assert.Equal([2, 4], _events.Where(e => e.Type == CookEvents.PieceEnded && (string?)e.Data!["status"] == "failed").Select(e => e.Item!.Value).Order());
        Assert.Equal(5, _begun.Count);
    }

    [Fact]
    [Trait("Row", "KZ18")]
    [Trait("Row", "UX10")]
    public async Task Pieces_for_which_the_account_has_no_room_wait_until_there_is_and_that_is_told_once()
    {
        _room = 3;

        var outcome = await CookAsync(pieces: 300, concurrency: 10, record: RecordedHistory.CookHeld);

        Assert.Equal((CastStatus.Completed, 300), (outcome.Status, outcome.Progress.Completed));
        Assert.Equal(Enumerable.Range(0, 300), _begun.Order());
        Assert.Equal(3, _mostRunning);
        Assert.Equal([CookEvents.Held, CookEvents.Released], _events.Where(e => e.Type is CookEvents.Held or CookEvents.Released).Select(e => e.Type));
        Assert.InRange(_executions, 2, 6);
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        await ((IAsyncDisposable)_host).DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>A little later, whatever the cook is doing then.</summary>
    async Task EndAsync(int piece)
    {
        await Task.Delay(TimeSpan.FromMilliseconds(piece * 7 % 11), TimeProvider.System);
        Interlocked.Decrement(ref _running);
        await Client.RaiseEventAsync(CookId, PieceEnd.EventName, new PieceEnd(piece, 1, _end(piece), 0.01m));
    }

    static PieceTrouble Away(int piece) => new(piece, new Failure { Code = StartPieces.NotStarted, Message = "The storage is away.", Phase = Phase.Store, Transient = true });

    /// <param name="pieces">How many.</param>
    /// <param name="concurrency">How many at once.</param>
    /// <param name="tolerated">How many of a hundred may fail.</param>
    /// <param name="record">The name under which its history is kept for HistoryTests, if it is missing there and is to be recorded.</param>
    async Task<CookOutcome> CookAsync(int pieces, int concurrency, decimal tolerated = 0, string? record = null)
    {
        _plan = new CookPlan(CookId, 1, pieces, concurrency) { Tolerated = tolerated };
        await _host.StartAsync();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(150));
        var options = new StartOrchestrationOptions(CookId);
        await Client.ScheduleNewOrchestrationInstanceAsync(nameof(CookSpells), new CookOrder(CookId, 1, pieces, CookProgress.Of(pieces)), options, patience.Token);
        var end = await Client.WaitForInstanceCompletionAsync(CookId, getInputsAndOutputs: true, patience.Token);
        Assert.True(end.RuntimeStatus == OrchestrationRuntimeStatus.Completed, end.FailureDetails?.ErrorMessage);
        await Task.WhenAll(_ends);
        if (record is not null && RecordedHistory.IsWanted(record))
        {
            RecordedHistory.Of(record, CookId, await Client.GetOrchestrationHistoryAsync(CookId)).Write(RecordedHistory.FileOf(record));
        }

        return end.ReadOutputAs<CookOutcome>()!;
    }

    void AddTasks(DurableTaskRegistry tasks)
    {
        tasks.AddOrchestratorFunc<CookOrder, CookOutcome?>(nameof(CookSpells), (context, _) => CookSpells.RunAsync(context));
        tasks.AddActivityFunc<CookOrder, CookStart>(nameof(StartCook), (_, _) =>
        {
            Interlocked.Increment(ref _executions);
            return Task.FromResult(new CookStart(_plan!, "spell", null));
        });
        tasks.AddActivityFunc<EventBatch, bool>(nameof(RecordEvents), (_, batch) =>
        {
            foreach (var e in batch.Events)
            {
                _events.Enqueue(e);
            }

            return Task.FromResult(true);
        });
        tasks.AddActivityFunc<LostPiece, bool>(nameof(LosePiece), (_, lost) =>
        {
            _events.Enqueue(CookEvents.OfEnd(lost.End, DateTimeOffset.UnixEpoch));
            return Task.FromResult(true);
        });
        tasks.AddActivityFunc<CookEnd, CookOutcome>(nameof(FinishCook), (_, end) => Task.FromResult(end.Outcome));
        tasks.AddActivityFunc<PieceBatch, PiecesBegun>(nameof(StartPieces), (_, batch) =>
        {
            var begun = new List<int>();
            foreach (var piece in Enumerable.Range(batch.From, batch.Count))
            {
                if (_trouble(piece, _tries.AddOrUpdate(piece, 1, (_, tries) => tries + 1)) is { } trouble)
                {
                    return Task.FromResult(new PiecesBegun(begun, trouble));
                }

                var running = Interlocked.Increment(ref _running);
                if (_room > 0 && running > _room)
                {
                    Interlocked.Decrement(ref _running);
                    return Task.FromResult(new PiecesBegun(begun, null) { Wait = new PieceWait("account.castsInFlight", "There is no room.") });
                }

                _mostRunning = Math.Max(_mostRunning, running);
                begun.Add(piece);
                _begun.Add(piece);
                _ends.Add(EndAsync(piece));
            }

            return Task.FromResult(new PiecesBegun(begun, null));
        });
    }
}
