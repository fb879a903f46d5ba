using System.Net;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;

namespace Grimoire.Bench.App;

/// <summary>Does nothing but answer: what the host costs.</summary>
public static class Ping
{
    [Function("ping")]
    public static HttpResponseData Answer([HttpTrigger(AuthorizationLevel.Anonymous, "get")] HttpRequestData request)
    {
        HttpResponseData response = request.CreateResponse(HttpStatusCode.OK);
        response.WriteString("pong");
        return response;
    }
}
