using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;

namespace Probe;

/// <summary>Functions that come to their request late.</summary>
public sealed class Late(Holds holds)
{
    /// <summary>Reads the body when it is released, and does not care for its token.</summary>
    [Function(nameof(ReadLate))]
    public async Task ReadLate([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "read-late/{name}")] HttpRequestData request, string name)
    {
        Hold hold = holds[name];
        hold.Enter();
        await hold.Released;
        try
        {
            hold.Outcome = await request.ReadAsStringAsync();
        }
        catch (Exception e)
        {
            hold.Outcome = e.Message;
            throw;
        }
    }
}
