namespace Grimoire.Bench.Http;

/// <summary>The caller that a .NET program would use, to tell what the lean one saves.</summary>
internal sealed class HttpClientCaller : ICaller
{
    readonly HttpMessageInvoker _client = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        UseProxy = false,
        ActivityHeadersPropagator = null,
    });

    public static ICaller Connect(Uri server) => new HttpClientCaller();

    public async Task<Answer> CallAsync(Request request)
    {
        using var message = new HttpRequestMessage(request.Method, request.Url);
        if (request.Body.Length > 0)
        {
            message.Content = new ByteArrayContent(request.Body) { Headers = { ContentType = new("application/json") } };
        }

        using HttpResponseMessage response = await _client.SendAsync(message, CancellationToken.None);
        return new Answer((int)response.StatusCode, await response.Content.ReadAsByteArrayAsync());
    }

    public void Dispose() => _client.Dispose();
}
