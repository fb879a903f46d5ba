using Grimoire.Functions.Activities;
using Grimoire.Functions.Casting;
using Grimoire.Functions.Orchestrations;
using Grimoire.Functions.Storage;
using Grimoire.Functions.Tools;
using Grimoire.Functions.Tools.Http;
using Grimoire.Functions.Webhooks;
using Grimoire.Schemas;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

namespace Grimoire.Functions.Tests.Activities;

/// <summary>The activities of one process of the app.</summary>
sealed class Worker
{
    readonly World _world;

    public Worker(World world, IObjectStore objects)
    {
        _world = world;
        var schemas = new JsonSchemas();
        Casts = new CastStore(objects);
        Attempts = new AttemptStore(objects);
        Journal = new Journal(objects);
        Usage = new UsageLog(objects, Casts);
        Ledger = new AttemptLedger(Attempts, Journal, Usage, world.Options, world.Time, new Logged<AttemptLedger>(world.Logs));
        Binding = new StepBinding(Casts);
        var secrets = new Secrets(new ConfigurationBuilder().Build());
        var runners = new ToolRunners(
            [world.Paid, world.Free], schemas, secrets, new ToolsOptions { DefaultTimeout = TimeSpan.FromHours(1) }, world.Time, new Logged<ToolRunners>(world.Logs));
        var ending = new AttemptEnding(world.Options, world.Time);
        Inbox = new Inbox(objects);
        Runs = new RunIds(objects);
        var reader = new JobReader(secrets);
        var costs = new LateCosts(Ledger, reader);
        Intake = new CallbackIntake(Casts, Attempts, Inbox, Journal, costs, reader, world.Time);
        Callbacks = new CallbackUrls(objects, new WebhookOptions { BaseUrl = new Uri("https://grimoire.example/") }, new ConfigurationBuilder().Build());
        var early = new EarlyMessages(Runs, Inbox, Journal, reader, world.Time);
        RunTool = new RunTool(
            Casts, Binding, schemas, Ledger, ending, runners, Callbacks, objects, world.Options, world.Time, new Logged<RunTool>(world.Logs));
        CheckJob = new CheckJob(
            Casts, Attempts, Inbox, early, Journal, Ledger, ending, runners, reader, objects, world.Options, world.Time);
        EndJob = new EndJob(
            Casts, Attempts, Inbox, Journal, Ledger, CheckJob, costs, runners, objects, world.Options, world.Time, new Logged<EndJob>(world.Logs));
        StoreAttempt = new StoreAttempt(Ledger);
        CountCosts = new CountCosts(Attempts);
        EndWait = new EndWait(Casts, Attempts, Ledger, world.Time);
        PrepareSubCast = new PrepareSubCast(
            Casts, Binding, schemas, Ledger, Attempts, new ReuseReader(Casts, Attempts, Journal, objects), world.Options, world.Time);
        CollectSubCast = new CollectSubCast(Casts, Attempts, Ledger, world.Time);
        CombineItems = new CombineItems(Casts, Journal, world.Options, world.Time);
        SupplyValue = new SupplyValue(Casts, Binding);
        DecideStep = new DecideStep(Casts, Binding, world.Options);
        Letters = new DeadLetters(new DeadLetterStore(objects), Journal, world.Time);
        StartCast = new StartCast(Casts, Journal, Letters, world.Time);
        FinishCast = new FinishCast(Casts, Journal, Letters, Usage, new CastsInFlight(world.Time), world.Options, world.Time);
        Closer = new CastCloser(Casts, Attempts, Journal, Usage, Ledger, Letters, world.Time);
    }

    public CastStore Casts { get; }

    public AttemptStore Attempts { get; }

    public Journal Journal { get; }

    public UsageLog Usage { get; }

    public AttemptLedger Ledger { get; }

    public StepBinding Binding { get; }

    public RunTool RunTool { get; }

    public CheckJob CheckJob { get; }

    public EndJob EndJob { get; }

    public Inbox Inbox { get; }

    public RunIds Runs { get; }

    public CallbackIntake Intake { get; }

    public CallbackUrls Callbacks { get; }

    public StoreAttempt StoreAttempt { get; }

    public EndWait EndWait { get; }

    public CountCosts CountCosts { get; }

    public PrepareSubCast PrepareSubCast { get; }

    public CollectSubCast CollectSubCast { get; }

    public CombineItems CombineItems { get; }

    public SupplyValue SupplyValue { get; }

    public DecideStep DecideStep { get; }

    public DeadLetters Letters { get; }

    public CastCloser Closer { get; }

    public StartCast StartCast { get; }

    public FinishCast FinishCast { get; }

    /// <summary>One delivery of the activity, its order and its outcome as they travel through a history.</summary>
    public async Task<AttemptOutcome> DeliverAsync(StepRequest? order = null, CancellationToken cancellation = default) =>
        World.Travelled(await RunTool.AttemptAsync(World.Travelled(order ?? World.Order()), cancellation));

    /// <summary>
    /// What the orchestration does for one attempt: deliver it, again when it throws, wait while it is busy, store what could not be stored.
    /// </summary>
    /// <param name="order">The attempt.</param>
    /// <param name="afterFirst">Between the first delivery that has come to an end and whatever follows; may give another worker.</param>
    public async Task<AttemptOutcome> ToEndAsync(StepRequest order, Func<Worker>? afterFirst = null)
    {
        var worker = this;
        var (outcome, storing) = (default(AttemptOutcome), default(AttemptEnd));
        for (var delivery = 1; delivery <= 10; delivery++)
        {
            try
            {
                outcome = storing is null
                    ? await worker.DeliverAsync(order)
                    : World.Travelled(await worker.StoreAttempt.RunAsync(World.Travelled(storing), default));
            }
            catch (Exception thrown) when (thrown is StorageException or ProcessDied)
            {
                outcome = null;
            }

            if (delivery == 1 && afterFirst is not null)
            {
                worker = afterFirst();
            }

            if (outcome?.BusyUntil is { } busy)
            {
                var wait = busy - _world.Time.GetUtcNow();
                Assert.True(wait > TimeSpan.Zero, "The orchestration would ask again and again.");
                _world.Time.Advance(wait);
            }
            else if (outcome?.Unstored is { } record)
            {
                storing = new AttemptEnd(record);
            }
            else if (outcome is not null)
            {
                return outcome;
            }
        }

        throw new InvalidOperationException("The attempt has not come to an end.");
    }
}

sealed class Logged<T>(ILogger lines) : ILogger<T>
{
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => lines.BeginScope(state);

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        lines.Log(logLevel, eventId, state, exception, formatter);
}

/// <summary>What a worker's storage throws when the process is killed: nobody handles it, and nobody hears of that worker again.</summary>
sealed class ProcessDied() : Exception("The process was killed.");
