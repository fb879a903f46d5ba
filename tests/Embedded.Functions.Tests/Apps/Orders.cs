using System.Collections.Concurrent;
using System.Net;
using Embedded.Functions.Tests.Support;

namespace Embedded.Functions.Tests.Apps;

/// <summary>Callers' view of the orders that they placed: which were answered, and which must be repeated.</summary>
internal sealed class Orders
{
    /// <summary>Of those that were answered, some are repeated too, as if the answer had been lost.</summary>
    const int OneInAnswered = 10;

    readonly ConcurrentDictionary<string, string[]> _answered = new();
    readonly ConcurrentQueue<string> _unanswered = new();
    int _repeated;

    /// <summary>What was answered 202, with the goods that its instance may be about.</summary>
    public IReadOnlyDictionary<string, string[]> Answered => _answered;

    public int Repeated => _repeated;

    /// <summary>Places an order.</summary>
    /// <returns>Whether there was an answer.</returns>
    public async Task<bool> PutAsync(AppProcess process, string id)
    {
        if (await SendAsync(process, id, $"goods of {id}"))
        {
            // An order that was answered at the first try is about these goods, whatever is asked for under its id later.
            _answered[id] = [$"goods of {id}"];
            return true;
        }

        _unanswered.Enqueue(id);
        return false;
    }

    /// <summary>Repeats what was not answered, and some of what was; all of it is answered now.</summary>
    public async Task RepeatAsync(AppProcess process)
    {
        string[] lost = [.. _answered.Keys.Where((_, n) => n % OneInAnswered == 0)];
        foreach (string id in lost)
        {
            Assert.True(await SendAsync(process, id, $"other goods of {id}"));
        }

        while (_unanswered.TryDequeue(out string? id))
        {
            Assert.True(await SendAsync(process, id, $"other goods of {id}"));
            _answered[id] = [$"goods of {id}", $"other goods of {id}"];
            _repeated++;
        }
    }

    static async Task<bool> SendAsync(AppProcess process, string id, string goods)
    {
        try
        {
            using HttpResponseMessage response = await process.Http.PutAsync($"api/orders/{id}", new StringContent(goods));
            if (response.StatusCode != HttpStatusCode.Accepted)
            {
                Assert.Fail($"Order {id} was answered {(int)response.StatusCode}: {await response.Content.ReadAsStringAsync()}\n{process.Output}");
            }

            return true;
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            return false;
        }
    }
}
