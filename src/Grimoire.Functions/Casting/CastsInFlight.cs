using System.Collections.Concurrent;
using Grimoire.Casts;
using Grimoire.Cooks;
using Grimoire.Functions.Orchestrations;
using Microsoft.DurableTask.Client;

namespace Grimoire.Functions.Casting;

/// <summary>
/// Which casts of an account are in flight: those whose orchestrations the engine says are going, with what this process has started or ended since it was asked.
/// Nothing is counted up and down, so nothing can drift: what a crash has left behind is gone with the next look.
/// </summary>
public sealed class CastsInFlight(TimeProvider time)
{
    /// <summary>So long, what other processes start and end may not be seen.</summary>
    static readonly TimeSpan Fresh = TimeSpan.FromSeconds(1);

    /// <summary>Before somebody is refused it is looked again, but not for each of many who are.</summary>
    static readonly TimeSpan FreshForRefusal = TimeSpan.FromMilliseconds(50);

    static readonly OrchestrationRuntimeStatus[] Going = [OrchestrationRuntimeStatus.Pending, OrchestrationRuntimeStatus.Running, OrchestrationRuntimeStatus.Suspended];

    readonly ConcurrentDictionary<string, CastPlaces> _accounts = new();

    /// <summary>Makes room for a cast that is about to start, if there is any.</summary>
    /// <param name="client">The engine's.</param>
    /// <param name="account">Whose.</param>
    /// <param name="castId">Of the cast; one that is in flight has its room already.</param>
    /// <param name="most">How many may be in flight.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>The place; null if there is none.</returns>
    public async Task<CastPlace?> EnterAsync(DurableTaskClient client, string account, string castId, int most, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(client);
        var flight = _accounts.GetOrAdd(account, _ => new CastPlaces(time));
        await flight.Gate.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            if (flight.Age is not { } age || age >= Fresh)
            {
                await LookAsync(client, flight, account, most, cancellation).ConfigureAwait(false);
            }
            else if (!flight.HasRoom(castId, most) && age >= FreshForRefusal)
            {
                await LookAsync(client, flight, account, most, cancellation).ConfigureAwait(false);
            }

            return flight.Enter(castId, most);
        }
        finally
        {
            flight.Gate.Release();
        }
    }

    /// <summary>The cast has ended. Its orchestration is about to, and does not count any more.</summary>
    public void Ended(string castId)
    {
        if (IsCounted(castId) && _accounts.TryGetValue(CastIds.AccountOf(castId), out var flight))
        {
            flight.End(castId);
        }
    }

    /// <summary>Sub-casts belong to the cast that has started them; pieces of cooks are casts of their own.</summary>
    static bool IsCounted(string castId) => !CastIds.IsChild(castId) || CookIds.TryCookOf(castId, out _, out _, out _);

    /// <summary>One more than may be is enough to know: there may be many more.</summary>
    async Task LookAsync(DurableTaskClient client, CastPlaces flight, string account, int most, CancellationToken cancellation)
    {
        var began = time.GetTimestamp();
        var enough = most + 1 + flight.EndedCount;
        var going = new HashSet<string>();
        foreach (var prefix in (string[])[CastIds.Prefix(account), CookIds.AllPiecesPrefix(account)])
        {
            var query = new OrchestrationQuery(Statuses: Going, InstanceIdPrefix: prefix, PageSize: Math.Clamp(enough, 10, 200), FetchInputsAndOutputs: false);
            await foreach (var instance in client.GetAllInstancesAsync(query).WithCancellation(cancellation).ConfigureAwait(false))
            {
                if (instance.Name == nameof(CastSpell) && IsCounted(instance.InstanceId) && going.Add(instance.InstanceId) && going.Count >= enough)
                {
                    break;
                }
            }
        }

        flight.Saw(going, began);
    }
}
