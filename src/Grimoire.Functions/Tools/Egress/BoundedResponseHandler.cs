using System.Net;
using Grimoire.Functions.Tools.Http;

namespace Grimoire.Functions.Tools.Egress;

/// <summary>For clients that read whole responses into memory: ends those that are too large.</summary>
sealed class BoundedResponseHandler(int maxBytes) : DelegatingHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var response = await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
        if (response.Content.Headers.ContentLength > maxBytes)
        {
            response.Dispose();
            throw new ResponseTooLargeException(maxBytes);
        }

        response.Content = new Bounded(response.Content, maxBytes);
        return response;
    }

    sealed class Bounded : HttpContent
    {
        readonly HttpContent _inner;
        readonly int _maxBytes;

        public Bounded(HttpContent inner, int maxBytes)
        {
            (_inner, _maxBytes) = (inner, maxBytes);
            foreach (var header in inner.Headers)
            {
                Headers.TryAddWithoutValidation(header.Key, header.Value);
            }
        }

        protected override async Task<Stream> CreateContentReadStreamAsync() => new BoundedStream(
            await _inner.ReadAsStreamAsync().ConfigureAwait(false), _maxBytes);

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            var source = await CreateContentReadStreamAsync().ConfigureAwait(false);
            await using var _ = source.ConfigureAwait(false);
            await source.CopyToAsync(stream).ConfigureAwait(false);
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                _inner.Dispose();
            }

            base.Dispose(disposing);
        }
    }
}
