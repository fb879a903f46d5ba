using System.Net;

namespace Grimoire.Functions.Tools.Egress;

/// <summary>Checks the URL of every request, and follows redirects with the same check on each hop.</summary>
/// <param name="maxHops">How many are followed; with 0, a redirect is an answer as any other.</param>
sealed class RedirectHandler(int maxHops = RedirectHandler.MaxHops) : DelegatingHandler
{
    public const int MaxHops = 5;

    /// <summary>What another origin is told. All else could be a credential under any name.</summary>
    static readonly HashSet<string> Harmless = new(StringComparer.OrdinalIgnoreCase) { "Accept", "Accept-Language", "User-Agent" };

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        EgressPolicy.CheckUrl(request.RequestUri!);
        for (var hop = 0; ; hop++)
        {
            var response = await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
            if (maxHops == 0 || !IsRedirect(response.StatusCode) || response.Headers.Location is not { } location)
            {
                return response;
            }

            using (response)
            {
                var target = new Uri(request.RequestUri!, location);
                if (hop == maxHops)
                {
                    throw new RedirectException(
                        $"More than {maxHops} redirects; the last one led to {target.GetLeftPart(UriPartial.Path)}.");
                }

                request = Next(request, response.StatusCode, target);
            }
        }
    }

    static HttpRequestMessage Next(HttpRequestMessage request, HttpStatusCode status, Uri target)
    {
        var source = request.RequestUri!;
        EgressPolicy.CheckUrl(target);
        if (source.Scheme == Uri.UriSchemeHttps && target.Scheme != Uri.UriSchemeHttps)
        {
            throw new RedirectException(
                $"{source.Host} redirects from https to http ({target.GetLeftPart(UriPartial.Path)}), which is not followed.");
        }

        var next = new HttpRequestMessage(request.Method, target) { Version = request.Version, VersionPolicy = request.VersionPolicy };
        if (BecomesGet(request.Method, status))
        {
            next.Method = HttpMethod.Get;
        }
        else if (request.Content is StreamedContent)
        {
            throw new RedirectException($"{source.Host} redirects a request whose body is streamed, and so cannot be sent again, to {target.GetLeftPart(UriPartial.Path)}.");
        }
        else
        {
            next.Content = request.Content;
        }

        var sameOrigin = source.Scheme == target.Scheme && source.Port == target.Port && string.Equals(
            source.IdnHost, target.IdnHost, StringComparison.OrdinalIgnoreCase);
        foreach (var header in request.Headers.NonValidated)
        {
            if ((sameOrigin && !header.Key.Equals("Host", StringComparison.OrdinalIgnoreCase)) || Harmless.Contains(header.Key))
            {
                next.Headers.TryAddWithoutValidation(header.Key, header.Value);
            }
        }

        return next;
    }

    static bool IsRedirect(HttpStatusCode status) => (int)status is 301 or 302 or 303 or 307 or 308;

    /// <summary>What browsers do, and RFC 9110 allows.</summary>
    static bool BecomesGet(HttpMethod method, HttpStatusCode status) => (int)status switch
    {
        303 => method != HttpMethod.Head && method != HttpMethod.Get,
        301 or 302 => method == HttpMethod.Post,
        _ => false,
    };
}

/// <summary>A redirect that is not followed.</summary>
sealed class RedirectException(string message) : Exception(message);
