using System.Collections.Concurrent;
using Embedded.DurableTask;
using Grimoire.Casts;
using Grimoire.Functions.Activities;
using Grimoire.Functions.Orchestrations;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.DurableTask.Converters;
using Microsoft.DurableTask.Worker;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Grimoire.Functions.Tests.Orchestrations.Support;

/// <summary>Casts on the real engine, with activities that follow scripts.</summary>
sealed class EmbeddedCasts : IAsyncDisposable
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    readonly string _folder = Directory.CreateTempSubdirectory("casts-").FullName;
    readonly ConcurrentDictionary<string, Script> _scripts = new();
    readonly IHost _host;
    readonly Gate _started;
    readonly Gate _ending;
    int _built;

    EmbeddedCasts(int maxLive, int together)
    {
        (_started, _ending) = (new Gate(together), new Gate(together));
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        void Configure(EmbeddedOptions options)
        {
            options.File = Path.Combine(_folder, "hub.db");
            options.RelaxedDurability = true;
            options.MaxLiveInstances = maxLive;
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

    public DurableTaskClient Client => _host.Services.GetRequiredService<DurableTaskClient>();

    /// <summary>How often the code was started: once for each cast, and again for each time that one was rebuilt from its history.</summary>
    public int Built => Volatile.Read(ref _built);

    /// <param name="maxLive">How many casts stay in memory.</param>
    /// <param name="together">So many casts wait for each other when they have begun, and again before they end: there is not room for all of them then.</param>
    public static async Task<EmbeddedCasts> StartAsync(int maxLive = 1000, int together = 1)
    {
        var casts = new EmbeddedCasts(maxLive, together);
        await casts._host.StartAsync();
        return casts;
    }

    public async Task<OrchestrationMetadata> RunAsync(string id, Construct construct)
    {
        using var patience = new CancellationTokenSource(Patience);
        _scripts[id] = construct.Script();
        await Client.ScheduleNewOrchestrationInstanceAsync(nameof(CastSpell), new CastOrder(id), new StartOrchestrationOptions(id), patience.Token);
        foreach (var (when, action) in construct.Controls)
        {
            await UntilAsync(id, when, patience.Token);
            await Client.RaiseEventAsync(id, CastControl.EventName, new CastControl(action, "someone"), patience.Token);
        }

        if (construct.CallsBack is { } callsBack)
        {
            await UntilAsync(id, report => Constructs.IsWaiting(report) && callsBack(_scripts[id]), patience.Token);
            await Client.RaiseEventAsync(id, JobRun.EventOf(new AttemptKey(id, "a", null, 1)), "message", patience.Token);
        }

        return await Client.WaitForInstanceCompletionAsync(id, getInputsAndOutputs: true, patience.Token);
    }

    public Script ScriptOf(string id) => _scripts[id];

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        await ((IAsyncDisposable)_host).DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    async Task UntilAsync(string id, Func<CastReport, bool> when, CancellationToken cancellation)
    {
        while ((await Client.GetInstanceAsync(id, getInputsAndOutputs: true, cancellation))?.ReadCustomStatusAs<CastReport>() is not { } report || !when(report))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, cancellation);
        }
    }

    void AddTasks(DurableTaskRegistry tasks)
    {
        tasks.AddOrchestratorFunc<CastOrder, CastOutcome>(nameof(CastSpell), (context, _) =>
        {
            Interlocked.Increment(ref _built);
            return CastSpell.RunAsync(context);
        });
        tasks.AddOrchestratorFunc<PollOrder, AttemptOutcome?>(nameof(PollJob), (context, _) => PollJob.RunAsync(context));
        Add<CastOrder, CastStart>(tasks, nameof(StartCast), order => order.CastId, _started);
        Add<StepRequest, AttemptOutcome>(tasks, nameof(RunTool), order => order.CastId);
        Add<StepRequest, StepDecision>(tasks, nameof(DecideStep), order => order.CastId);
        Add<StepRequest, AttemptOutcome>(tasks, nameof(SupplyValue), order => order.CastId);
        Add<StepRequest, AttemptOutcome>(tasks, nameof(PrepareSubCast), order => order.CastId);
        Add<SubCastEnd, AttemptOutcome>(tasks, nameof(CollectSubCast), end => end.Attempt.CastId);
        Add<StepItems, AttemptOutcome>(tasks, nameof(CombineItems), items => items.CastId);
        Add<AttemptEnd, AttemptOutcome>(tasks, nameof(StoreAttempt), end => end.Record.CastId);
        Add<WaitEnd, AttemptOutcome>(tasks, nameof(EndWait), end => end.Attempt.CastId);
        Add<JobQuestion, JobAnswer>(tasks, nameof(CheckJob), question => question.Attempt.CastId);
        Add<JobEnd, AttemptOutcome>(tasks, nameof(EndJob), end => end.Attempt.CastId);
        Add<CostQuestion, IReadOnlyList<decimal>>(tasks, nameof(CountCosts), question => question.Attempts[0].CastId);
        Add<EventBatch, bool>(tasks, nameof(RecordEvents), batch => batch.CastId);
        Add<CastEnd, CastOutcome>(tasks, nameof(FinishCast), end => end.CastId, _ending);
    }

    void Add<TInput, TOutput>(DurableTaskRegistry tasks, string name, Func<TInput, string> castOf, Gate? gate = null) =>
        tasks.AddActivityFunc<TInput, TOutput>(name, async (_, input) =>
        {
            var cast = castOf(input);
            if (gate is not null && !CastIds.IsChild(cast))
            {
                await gate.PassAsync(cast);
            }

            return (TOutput)_scripts[cast.Split(CastIds.ChildSeparator)[0]].Answer(name, input!)!;
        });

    /// <summary>Opens when all have come to it.</summary>
    sealed class Gate(int all)
    {
        readonly ConcurrentDictionary<string, bool> _here = new();
        readonly TaskCompletionSource _open = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task PassAsync(string who)
        {
            if (_here.TryAdd(who, true) && _here.Count >= all)
            {
                _open.TrySetResult();
            }

            return _open.Task.WaitAsync(Patience);
        }
    }
}
