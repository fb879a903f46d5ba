using System.Net;
using System.Security.Cryptography;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;

namespace Probe;

/// <summary>Requests and responses in all their parts.</summary>
public static class Requests
{
    const AuthorizationLevel Open = AuthorizationLevel.Anonymous;

    [Function("Inspect")]
    public static object Inspect([HttpTrigger(Open, "get", "post", "patch", Route = "inspect")] HttpRequestData request) => new
    {
        request.Method,
        Url = request.Url.AbsoluteUri,
        Query = request.Query.AllKeys.ToDictionary(k => k ?? "", k => request.Query.GetValues(k)),
        Headers = request.Headers.ToDictionary(h => h.Key, h => h.Value.ToArray(), StringComparer.OrdinalIgnoreCase),
        Cookies = request.Cookies.ToDictionary(c => c.Name, c => c.Value),
        BodyLength = request.Body.Length,
    };

    [Function("Any")]
    public static string Any([HttpTrigger(Open, Route = "any")] HttpRequestData request) => request.Method;

    [Function("SetCookies")]
    public static HttpResponseData SetCookies([HttpTrigger(Open, "get", Route = "cookies")] HttpRequestData request)
    {
        HttpResponseData response = request.CreateResponse();
        response.Cookies.Append("plain", "1");
        response.Cookies.Append(new HttpCookie("full", "two words")
        {
            Path = "/api", Domain = "example.com", HttpOnly = true, Secure = true, MaxAge = 60, SameSite = SameSite.Strict,
        });
        return response;
    }

    [Function("SetHeaders")]
    public static HttpResponseData SetHeaders([HttpTrigger(Open, "get", Route = "headers")] HttpRequestData request)
    {
        HttpResponseData response = request.CreateResponse(HttpStatusCode.NoContent);
        response.Headers.Add("X-Several", ["one", "two"]);
        response.Headers.Add("X-Several", "three");
        response.Headers.Add("X-Custom", "mine");
        return response;
    }

    /// <summary>Puts what the caller sends into a header of the response, unchecked.</summary>
    [Function("Reflect")]
    public static HttpResponseData Reflect([HttpTrigger(Open, "get", Route = "reflect")] HttpRequestData request)
    {
        HttpResponseData response = request.CreateResponse();
        response.Headers.TryAddWithoutValidation("X-Reflected", request.Query["value"]);
        return response;
    }

    [Function("ReflectCookie")]
    public static HttpResponseData ReflectCookie([HttpTrigger(Open, "get", Route = "reflect-cookie")] HttpRequestData request)
    {
        HttpResponseData response = request.CreateResponse();
        response.Cookies.Append(new HttpCookie("reflected", request.Query["value"] ?? "") { Path = request.Query["path"] });
        return response;
    }

    [Function("Digest")]
    public static async Task<object> Digest([HttpTrigger(Open, "post", Route = "digest")] HttpRequestData request, FunctionContext context) => new
    {
        request.Body.Length,
        Hash = Convert.ToHexString(await SHA256.HashDataAsync(request.Body, context.CancellationToken)),
    };

    [Function("Echo")]
    public static HttpResponseData Echo([HttpTrigger(Open, "post", Route = "echo")] HttpRequestData request)
    {
        HttpResponseData response = request.CreateResponse();
        response.Body = request.Body;
        return response;
    }

    [Function("Stream")]
    public static HttpResponseData Stream([HttpTrigger(Open, "get", Route = "stream/{length:int}")] HttpRequestData request, int length)
    {
        HttpResponseData response = request.CreateResponse();
        response.Body = new Endless(length);
        return response;
    }

    /// <summary>Zeroes that are made while they are read, so that nobody can know how many there will be.</summary>
    sealed class Endless(int length) : MemoryStream
    {
        int _left = length;

        public override bool CanSeek => false;

        public override int Read(Span<byte> buffer)
        {
            int count = Math.Min(buffer.Length, _left);
            buffer[..count].Clear();
            _left -= count;
            return count;
        }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => new(Read(buffer.Span));

        public override async Task CopyToAsync(System.IO.Stream destination, int bufferSize, CancellationToken cancellationToken)
        {
            byte[] buffer = new byte[bufferSize];
            while (await ReadAsync(buffer, cancellationToken) is > 0 and var count)
            {
                await destination.WriteAsync(buffer.AsMemory(0, count), cancellationToken);
            }
        }
    }
}
