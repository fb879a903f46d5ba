using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;
using Grimoire.Bench.Casts;
using Grimoire.Tests.Shared;

namespace Grimoire.Bench.Soak;

/// <summary>The app at one address, whatever process is behind it at the moment: who calls it waits until there is one that answers.</summary>
internal sealed class SoakApp(string folder, SandboxProcess sandbox) : IDisposable
{
    static readonly TimeSpan Again = TimeSpan.FromMilliseconds(200);
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false, UseCookies = false }) { Timeout = Patience };
    readonly int _port = FreePort();
    CastApp? _process;

    public int ProcessId => _process!.ProcessId;

    public double ResidentMiB => _process!.ResidentMiB;

    public async Task StartAsync()
    {
        string url = sandbox.Url.ToString().TrimEnd('/');
        _process = await CastApp.StartAsync(
            folder,
            "",
            _port,
            ("Egress__Allow", sandbox.Url.Authority),
            ("Reconcile__Interval", "00:01:00"),
            ("Tools__Config__SANDBOX", url),
            ("Tools__Config__LLM_ENDPOINT", sandbox.OpenAiUrl.ToString()),
            ("Tools__Config__LLM_MODEL", "sandbox-small"),
            ("Tools__Config__REPLICATE_ENDPOINT", $"{url}/replicate/v1"),
            ("Tools__Config__COMFYDEPLOY_ENDPOINT", $"{url}/comfydeploy/api"),
            ("Tools__Config__FAL_ENDPOINT", $"{url}/fal"),
            ("Tools__Secrets__LLM_API_KEY", "sandbox-key"),
            ("Tools__Secrets__REPLICATE_API_KEY", "sandbox-key"),
            ("Tools__Secrets__COMFYDEPLOY_API_KEY", "sandbox-key"),
            ("Tools__Secrets__FAL_API_KEY", "sandbox-key"),
            ("Tools__Secrets__REPLICATE_WEBHOOK_SECRET", "whsec_c2FuZGJveC13ZWJob29rLXNlY3JldA=="),
            ("Tools__Secrets__SANDBOX_HMAC_SECRET", "sandbox-hmac-secret"));
        foreach ((string slug, object document) in SoakSpells.All)
        {
            await _process.PutAsync($"api/spells/{slug}", document);
        }
    }

    /// <summary>SIGKILL, and at once another process in its place.</summary>
    public async Task KillAsync()
    {
        await _process!.EndAsync();
        _process.Dispose();
        await StartAsync();
    }

    public async Task<JsonElement> GetAsync(string path)
    {
        (HttpStatusCode status, JsonElement body) = await AskAsync(() => new HttpRequestMessage(HttpMethod.Get, Url(path)));
        Check.That(status == HttpStatusCode.OK, $"{path} was answered {(int)status}: {body}");
        return body;
    }

    public Task<(HttpStatusCode Status, JsonElement Body)> PostAsync(string path, object body, string? key = null) => AskAsync(() =>
    {
        var request = new HttpRequestMessage(HttpMethod.Post, Url(path)) { Content = JsonContent.Create(body) };
        if (key is not null)
        {
            request.Headers.Add("Idempotency-Key", key);
        }

        return request;
    });

    public void Dispose()
    {
        _http.Dispose();
        _process?.Dispose();
        _process = null;
    }

    Uri Url(string path) => new($"http://127.0.0.1:{_port}/{path}");

    async Task<(HttpStatusCode Status, JsonElement Body)> AskAsync(Func<HttpRequestMessage> make)
    {
        long begin = TimeProvider.System.GetTimestamp();
        while (true)
        {
            try
            {
                using HttpRequestMessage request = make();
                using HttpResponseMessage response = await _http.SendAsync(request);
                string text = await response.Content.ReadAsStringAsync();
                if (response.StatusCode != HttpStatusCode.ServiceUnavailable)
                {
                    return (response.StatusCode, text.Length == 0 ? default : JsonSerializer.Deserialize<JsonElement>(text));
                }
            }
            catch (Exception e) when (e is HttpRequestException or IOException && TimeProvider.System.GetElapsedTime(begin) < Patience)
            {
                // It was killed, and comes back.
            }

            await Task.Delay(Again, TimeProvider.System);
        }
    }

    static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
